"""Log groups and their lists."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.conftest import START_MS
from tests.unit.services.logs.conftest import Logs, all_pages


def names(answer: dict[str, Any]) -> list[str]:
    return [group["logGroupName"] for group in answer["logGroups"]]


async def test_a_new_group_is_described_with_all_that_is_known_of_it(logs: Logs) -> None:
    await logs("CreateLogGroup", logGroupName="/app/web", kmsKeyId="arn:aws:kms:::key/1")
    [group] = (await logs("DescribeLogGroups"))["logGroups"]
    assert group == {
        "logGroupName": "/app/web",
        "creationTime": START_MS,
        "metricFilterCount": 0,
        "arn": "arn:aws:logs:us-east-1:000000000000:log-group:/app/web:*",
        "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:/app/web",
        "logGroupClass": "STANDARD",
        "storedBytes": 0,
        "deletionProtectionEnabled": False,
        "kmsKeyId": "arn:aws:kms:::key/1",
    }


@pytest.mark.parametrize("name", ["aws/mine", "AWS/mine"])
async def test_names_that_belong_to_aws_are_refused(logs: Logs, name: str) -> None:
    assert await logs.refused("CreateLogGroup", logGroupName=name) == (
        "InvalidParameterException",
        "Log groups starting with AWS/ are reserved for AWS.",
    )


async def test_groups_are_listed_by_prefix_in_pages_sorted_by_name(logs: Logs) -> None:
    for name in ("b/3", "a/1", "b/1", "c", "b/2"):
        await logs.make(name)
    describe = partial(logs, "DescribeLogGroups")
    pages = await all_pages(describe, "logGroups", logGroupNamePrefix="b/", limit=2)
    assert [[group["logGroupName"] for group in page] for page in pages] == [["b/1", "b/2"], ["b/3"]]


async def test_a_search_by_text_is_case_sensitive_and_spans_many_groups(logs: Logs) -> None:
    for number in range(250):
        await logs.make(f"group-{number:03}{'-Data' if number % 100 == 99 else '-data'}")
    found = names(await logs("DescribeLogGroups", logGroupNamePattern="Data"))
    assert found == ["group-099-Data", "group-199-Data"]


async def test_groups_are_described_by_identifier(logs: Logs) -> None:
    for name in ("one", "two", "three"):
        await logs.make(name)
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:three"
    answer = await logs("DescribeLogGroups", logGroupIdentifiers=["one", arn, "none"])
    assert names(answer) == ["one", "three"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("STANDARD", ["s"]),
        ("DELIVERY", ["d"]),
        ("INFREQUENT_ACCESS", ["e", "i"]),
        ("ESSENTIALS", ["e", "i"]),
    ],
)
async def test_groups_are_listed_by_class(logs: Logs, asked: str, found: list[str]) -> None:
    classes = {"s": "STANDARD", "i": "INFREQUENT_ACCESS", "d": "DELIVERY", "e": "ESSENTIALS"}
    for name, log_class in classes.items():
        await logs("CreateLogGroup", logGroupName=name, logGroupClass=log_class)
    assert names(await logs("DescribeLogGroups", logGroupClass=asked)) == found
    assert names(await logs("ListLogGroups", logGroupClass=asked)) == found


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("lambda", ["/aws/lambda/pay", "my-lambda"]),
        ("^/aws/lambda", ["/aws/lambda/pay"]),
        ("^/aws/lambda|discovery", ["/aws/lambda/pay", "discovery"]),
        ("^lambda", []),
    ],
)
async def test_groups_are_listed_by_patterns(logs: Logs, pattern: str, found: list[str]) -> None:
    for name in ("/aws/lambda/pay", "my-lambda", "discovery"):
        await logs.make(name)
    assert names(await logs("ListLogGroups", logGroupNamePattern=pattern)) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], ["p", "q"]),
        (["prod"], ["p"]),
        (["*a*"], ["q"]),
        (["!prod"], ["q"]),
        (["pr*", "!prod"], []),
    ],
)
async def test_groups_are_listed_by_tags(logs: Logs, values: list[str], found: list[str]) -> None:
    await logs("CreateLogGroup", logGroupName="p", tags={"stage": "prod"})
    await logs("CreateLogGroup", logGroupName="q", tags={"stage": "qa"})
    await logs("CreateLogGroup", logGroupName="r")
    answer = await logs("ListLogGroups", logGroupTags=[{"key": "stage", "values": values}])
    assert names(answer) == found


async def test_accounts_and_regions_do_not_see_one_another(logs: Logs) -> None:
    await logs("CreateLogGroup", logGroupName="g", account="111122223333", region="eu-west-1")
    assert names(await logs("DescribeLogGroups")) == []
    assert names(await logs("DescribeLogGroups", account="111122223333")) == []
    assert names(await logs("DescribeLogGroups", account="111122223333", region="eu-west-1")) == ["g"]


async def test_a_protected_group_cannot_be_deleted(logs: Logs) -> None:
    await logs("CreateLogGroup", logGroupName="g", deletionProtectionEnabled=True)
    code, _ = await logs.refused("DeleteLogGroup", logGroupName="g")
    assert code == "ValidationException"
    await logs("PutLogGroupDeletionProtection", logGroupIdentifier="g", deletionProtectionEnabled=False)
    await logs("DeleteLogGroup", logGroupName="g")
    assert names(await logs("DescribeLogGroups")) == []


async def test_a_key_is_associated_by_name_or_arn(logs: Logs) -> None:
    await logs.make("g")
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:g:*"
    await logs("AssociateKmsKey", resourceIdentifier=arn, kmsKeyId="key")
    assert (await logs("DescribeLogGroups"))["logGroups"][0]["kmsKeyId"] == "key"
    await logs("DisassociateKmsKey", logGroupName="g")
    assert "kmsKeyId" not in (await logs("DescribeLogGroups"))["logGroups"][0]
    assert (await logs.refused("AssociateKmsKey", kmsKeyId="key"))[0] == "InvalidParameterException"


@pytest.mark.parametrize("operation", ["DescribeLogGroups", "ListLogGroups"])
async def test_a_token_nobody_gave_is_refused(logs: Logs, operation: str) -> None:
    assert await logs.refused(operation, nextToken="bogus") == (
        "InvalidParameterException",
        "The specified nextToken is invalid.",
    )
