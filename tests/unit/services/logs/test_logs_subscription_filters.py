"""Subscription filters: checked, kept and shown."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.conftest import START_MS
from tests.unit.services.logs.conftest import Logs, all_pages

ROLE = "arn:aws:iam::000000000000:role/r"
DESTINATION = "arn:aws:logs:us-east-1:000000000000:destination:d"


async def make(logs: Logs) -> None:
    await logs.make("g")
    stream = "arn:aws:kinesis:us-east-1:000000000000:stream/s"
    await logs("PutDestination", destinationName="d", targetArn=stream, roleArn=ROLE)


def put(logs: Logs, name: str, **params: Any) -> Any:
    given = {"logGroupName": "g", "filterPattern": "", "destinationArn": DESTINATION, **params}
    return logs("PutSubscriptionFilter", filterName=name, **given)


async def test_a_filter_is_shown_as_it_was_put(logs: Logs) -> None:
    await make(logs)
    await put(logs, "f", filterPattern="old")
    await put(logs, "f", filterPattern="ERROR", roleArn=ROLE, distribution="Random")
    assert (await logs("DescribeSubscriptionFilters", logGroupName="g"))["subscriptionFilters"] == [
        {
            "filterName": "f",
            "logGroupName": "g",
            "filterPattern": "ERROR",
            "destinationArn": DESTINATION,
            "roleArn": ROLE,
            "distribution": "Random",
            "applyOnTransformedLogs": False,
            "creationTime": START_MS,
        }
    ]


async def test_a_group_has_no_more_than_two(logs: Logs) -> None:
    await make(logs)
    await put(logs, "one")
    await put(logs, "two")
    await put(logs, "two", filterPattern="again")
    with pytest.raises(Exception, match="LimitExceededException"):
        await put(logs, "three")
    describe = partial(logs, "DescribeSubscriptionFilters", logGroupName="g")
    pages = await all_pages(describe, "subscriptionFilters", limit=1)
    assert [[each["filterName"] for each in page] for page in pages] == [["one"], ["two"]]
    assert len((await describe(filterNamePrefix="t"))["subscriptionFilters"]) == 1
    await logs("DeleteSubscriptionFilter", logGroupName="g", filterName="one")
    await put(logs, "three")


@pytest.mark.parametrize(
    ("params", "error"),
    [
        (
            {"destinationArn": "arn:aws:lambda:us-east-1:000000000000:function:none"},
            "InvalidParameterException: Could not execute the lambda function. Make sure you have given "
            "CloudWatch Logs permission to execute your function.",
        ),
        (
            {"destinationArn": "arn:aws:lambda:us-east-1:000000000000:function:none", "roleArn": ROLE},
            "InvalidParameterException: destinationArn for vendor lambda cannot be used with roleArn",
        ),
        (
            {"destinationArn": "arn:aws:kinesis:us-east-1:000000000000:stream/none", "roleArn": ROLE},
            "InvalidParameterException: Could not deliver test message to specified Kinesis stream. Check if "
            "the given kinesis stream is in ACTIVE state.",
        ),
        (
            {"destinationArn": "arn:aws:firehose:us-east-1:000000000000:deliverystream/none"},
            "InvalidParameterException: destinationArn for vendor firehose cannot be used without roleArn",
        ),
        (
            {"destinationArn": "arn:aws:sqs:us-east-1:000000000000:q"},
            "InvalidParameterException: PutSubscriptionFilter operation cannot work with destinationArn for "
            "vendor sqs",
        ),
        (
            {"destinationArn": "arn:aws:logs:us-east-1:000000000000:destination:none"},
            "ResourceNotFoundException: The specified destination does not exist.",
        ),
        ({"destinationArn": "nonsense"}, "InvalidParameterException: Invalid destinationArn: nonsense"),
        ({"logGroupName": "none"}, "ResourceNotFoundException: The specified log group does not exist."),
    ],
)
async def test_a_destination_that_cannot_be_used_is_refused(
    logs: Logs, params: dict[str, Any], error: str
) -> None:
    await make(logs)
    with pytest.raises(Exception, match="Exception") as failure:
        await put(logs, "f", **params)
    assert str(failure.value) == error
    assert (await logs("DescribeSubscriptionFilters", logGroupName="g"))["subscriptionFilters"] == []
