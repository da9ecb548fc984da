"""Tags on buses and rules."""

from __future__ import annotations

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError

BUS = "arn:aws:events:us-east-1:000000000000:event-bus/"
RULE = "arn:aws:events:us-east-1:000000000000:rule/"


async def _tags(driver: Driver, arn: str) -> dict[str, str]:
    listed = await driver("events", "ListTagsForResource", ResourceARN=arn)
    return {tag["Key"]: tag["Value"] for tag in listed["Tags"]}


@pytest.mark.parametrize("arn", [BUS + "default", BUS + "custom", RULE + "r", RULE + "custom/r"])
async def test_tags_are_put_changed_and_removed(driver: Driver, arn: str) -> None:
    await driver("events", "CreateEventBus", Name="custom")
    for bus in ("default", "custom"):
        await driver("events", "PutRule", Name="r", EventBusName=bus, EventPattern='{"source": ["mine"]}')
    assert await _tags(driver, arn) == {}
    first = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    await driver("events", "TagResource", ResourceARN=arn, Tags=first)
    await driver("events", "TagResource", ResourceARN=arn, Tags=[{"Key": "a", "Value": "2"}])
    assert await _tags(driver, arn) == {"a": "2", "b": ""}
    await driver("events", "UntagResource", ResourceARN=arn, TagKeys=["a", "z"])
    assert await _tags(driver, arn) == {"b": ""}
    others = {BUS + "default", BUS + "custom", RULE + "r", RULE + "custom/r"} - {arn}
    assert [await _tags(driver, other) for other in others] == [{}, {}, {}]


async def test_fifty_tags_and_no_more(driver: Driver) -> None:
    fifty = [{"Key": f"k{number}", "Value": "v"} for number in range(50)]
    await driver("events", "TagResource", ResourceARN=BUS + "default", Tags=fifty)
    with pytest.raises(AwsError, match="A resource has at most 50 tags"):
        await driver("events", "TagResource", ResourceARN=BUS + "default", Tags=[{"Key": "x", "Value": "v"}])
    await driver("events", "TagResource", ResourceARN=BUS + "default", Tags=fifty[:1])


async def test_a_key_cannot_be_given_twice(driver: Driver) -> None:
    with pytest.raises(AwsError, match="Duplicate tag key a"):
        await driver(
            "events", "TagResource", ResourceARN=BUS + "default", Tags=[{"Key": "a", "Value": "1"}] * 2
        )


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:events:us-east-1:000000000000:event-bus",
        "arn:aws:events:us-east-1:000000000000:archive/a",
        "arn:aws:events:eu-west-1:000000000000:event-bus/default",
        "arn:aws:sqs:us-east-1:000000000000:q",
        "default",
    ],
)
async def test_arns_of_other_things(driver: Driver, arn: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "ListTagsForResource", ResourceARN=arn)
    assert caught.value.code == "ValidationException"
    assert (
        caught.value.message
        == f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
    )


async def test_a_rule_that_is_not_there(driver: Driver) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "TagResource", ResourceARN=RULE + "nope", Tags=[])
    assert caught.value.message == "Rule nope does not exist on EventBus default."
