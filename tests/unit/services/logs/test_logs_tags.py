"""Tags, by the old operations and the new ones."""

from __future__ import annotations

import pytest
from tests.unit.services.logs.conftest import Logs

GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:g"
DESTINATION = "arn:aws:logs:us-east-1:000000000000:destination:d"


async def test_a_destination_is_tagged(logs: Logs) -> None:
    await logs(
        "PutDestination",
        destinationName="d",
        targetArn="arn:aws:kinesis:us-east-1:000000000000:stream/s",
        roleArn="arn:aws:iam::000000000000:role/r",
        tags={"a": "1"},
    )
    await logs("TagResource", resourceArn=DESTINATION, tags={"b": "2"})
    await logs("UntagResource", resourceArn=DESTINATION, tagKeys=["a", "none"])
    assert (await logs("ListTagsForResource", resourceArn=DESTINATION))["tags"] == {"b": "2"}


async def test_no_more_than_fifty_tags(logs: Logs) -> None:
    await logs("CreateLogGroup", logGroupName="g", tags={f"key{number}": "" for number in range(50)})
    await logs("TagResource", resourceArn=GROUP, tags={"key0": "new"})
    assert (await logs.refused("TagResource", resourceArn=GROUP, tags={"one": "more"}))[
        0
    ] == "TooManyTagsException"
    assert len((await logs("ListTagsLogGroup", logGroupName="g"))["tags"]) == 50


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (GROUP, "ResourceNotFoundException"),
        (DESTINATION, "ResourceNotFoundException"),
        ("arn:aws:logs:us-east-1:000000000000:log-stream:x", "InvalidParameterException"),
        ("arn:aws:sqs:us-east-1:000000000000:g", "InvalidParameterException"),
        ("g", "InvalidParameterException"),
    ],
)
async def test_what_is_not_there_has_no_tags(logs: Logs, arn: str, code: str) -> None:
    assert (await logs.refused("ListTagsForResource", resourceArn=arn))[0] == code
    assert (await logs.refused("TagResource", resourceArn=arn, tags={"a": "b"}))[0] == code


async def test_the_old_operations_need_a_group(logs: Logs) -> None:
    missing = ("ResourceNotFoundException", "The specified log group does not exist.")
    assert await logs.refused("ListTagsLogGroup", logGroupName="none") == missing
    assert await logs.refused("TagLogGroup", logGroupName="none", tags={"a": "b"}) == missing
    assert await logs.refused("UntagLogGroup", logGroupName="none", tags=["a"]) == missing
