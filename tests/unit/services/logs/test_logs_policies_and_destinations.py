"""Resource policies, destinations and delivery destinations."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.conftest import START_MS
from tests.unit.services.logs.conftest import Logs, all_pages

POLICY = '{"Version":"2012-10-17","Statement":[]}'
GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:g"


async def test_a_policy_of_the_account_is_put_replaced_and_deleted(logs: Logs) -> None:
    put = partial(logs, "PutResourcePolicy", policyName="p")
    answer = await put(policyDocument="{}")
    assert "revisionId" not in answer
    await put(policyDocument=POLICY)
    assert (await logs("DescribeResourcePolicies"))["resourcePolicies"] == [
        {
            "policyName": "p",
            "policyDocument": POLICY,
            "lastUpdatedTime": START_MS,
            "policyScope": "ACCOUNT",
        }
    ]
    await logs("DeleteResourcePolicy", policyName="p")
    assert (await logs("DescribeResourcePolicies"))["resourcePolicies"] == []
    assert (await logs.refused("DeleteResourcePolicy", policyName="p"))[0] == "ResourceNotFoundException"


async def test_an_account_has_no_more_than_ten_policies(logs: Logs) -> None:
    for number in range(10):
        await logs("PutResourcePolicy", policyName=f"p{number}", policyDocument=POLICY)
    code, _ = await logs.refused("PutResourcePolicy", policyName="p10", policyDocument=POLICY)
    assert code == "LimitExceededException"
    describe = partial(logs, "DescribeResourcePolicies")
    pages = await all_pages(describe, "resourcePolicies", limit=4)
    assert [len(page) for page in pages] == [4, 4, 2]


async def test_a_policy_of_a_group_has_revisions(logs: Logs) -> None:
    await logs.make("g")
    put = partial(logs, "PutResourcePolicy", policyName="p", policyDocument=POLICY, resourceArn=GROUP)
    first = (await put())["revisionId"]
    second = (await put(expectedRevisionId=first))["revisionId"]
    [policy] = (await logs("DescribeResourcePolicies", policyScope="RESOURCE"))["resourcePolicies"]
    assert (policy["resourceArn"], policy["revisionId"]) == (GROUP, second)
    assert (await logs("DescribeResourcePolicies"))["resourcePolicies"] == []
    delete = {"resourceArn": GROUP, "expectedRevisionId": first}
    assert (await logs.refused("DeleteResourcePolicy", **delete))[0] == "OperationAbortedException"
    await logs("DeleteResourcePolicy", resourceArn=GROUP, expectedRevisionId=second)
    assert (await logs("DescribeResourcePolicies", resourceArn=GROUP))["resourcePolicies"] == []


@pytest.mark.parametrize("document", ["not json", "[]"])
async def test_a_policy_must_be_a_document(logs: Logs, document: str) -> None:
    code, _ = await logs.refused("PutResourcePolicy", policyName="p", policyDocument=document)
    assert code == "InvalidParameterException"


async def test_a_destination_keeps_its_policy_when_it_is_changed(logs: Logs) -> None:
    put = partial(logs, "PutDestination", destinationName="d", roleArn="arn:aws:iam::1:role/r")
    answer = await put(targetArn="arn:aws:kinesis:us-east-1:1:stream/a")
    assert answer["destination"]["arn"] == "arn:aws:logs:us-east-1:000000000000:destination:d"
    await logs("PutDestinationPolicy", destinationName="d", accessPolicy=POLICY)
    changed = (await put(targetArn="arn:aws:kinesis:us-east-1:1:stream/b"))["destination"]
    assert (changed["targetArn"], changed["accessPolicy"]) == ("arn:aws:kinesis:us-east-1:1:stream/b", POLICY)
    code, _ = await logs.refused("PutDestinationPolicy", destinationName="none", accessPolicy=POLICY)
    assert code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("given", "type_"),
    [
        ({"deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::b"}}, "S3"),
        ({"deliveryDestinationConfiguration": {"destinationResourceArn": GROUP}}, "CWL"),
        (
            {
                "deliveryDestinationConfiguration": {
                    "destinationResourceArn": "arn:aws:firehose:us-east-1:1:deliverystream/d"
                }
            },
            "FH",
        ),
        ({"deliveryDestinationType": "XRAY"}, "XRAY"),
    ],
)
async def test_a_delivery_destination_has_the_type_of_its_resource(
    logs: Logs, given: dict[str, Any], type_: str
) -> None:
    answer = await logs("PutDeliveryDestination", name="d", **given)
    assert answer["deliveryDestination"]["deliveryDestinationType"] == type_
    assert (await logs("GetDeliveryDestination", name="d")) == answer


@pytest.mark.parametrize(
    "given", [{}, {"deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:sqs:::q"}}]
)
async def test_a_delivery_destination_of_no_known_type_is_refused(logs: Logs, given: dict[str, Any]) -> None:
    code, _ = await logs.refused("PutDeliveryDestination", name="d", **given)
    assert code == "ValidationException"


async def test_delivery_destinations_are_described_and_lose_their_policy(logs: Logs) -> None:
    config = {"destinationResourceArn": "arn:aws:s3:::b"}
    for name in ("a", "b", "c"):
        await logs("PutDeliveryDestination", name=name, deliveryDestinationConfiguration=config)
    describe = partial(logs, "DescribeDeliveryDestinations")
    pages = await all_pages(describe, "deliveryDestinations", limit=2)
    assert [[each["name"] for each in page] for page in pages] == [["a", "b"], ["c"]]
    assert [each["name"] for each in (await describe(names=["c", "x"]))["deliveryDestinations"]] == ["c"]
    policy = partial(logs, deliveryDestinationName="a")
    assert (await policy("GetDeliveryDestinationPolicy"))["policy"] == {}
    await policy("PutDeliveryDestinationPolicy", deliveryDestinationPolicy=POLICY)
    await policy("DeleteDeliveryDestinationPolicy")
    assert (await policy("GetDeliveryDestinationPolicy"))["policy"] == {}
