"""Targets of rules: put, replaced, listed, removed, and what PutTargets refuses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver

from windsock.engine.rooms import TARGETS, Room, Rooms
from windsock.engine.targets import TargetKind, TargetKinds
from windsock.kernel.arns import Arn
from windsock.kernel.errors import AwsError

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
BUS = "arn:aws:events:us-east-1:111122223333:event-bus/default"
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
CLUSTER = "arn:aws:ecs:us-east-1:000000000000:cluster/c"
ROLE = "arn:aws:iam::000000000000:role/r"


class AnyTarget(TargetKind):
    """Stands for the kinds that are to come, so that what AWS asks of them is seen to be asked."""

    name = "any"

    def accepts(self, arn: Arn) -> bool:
        return True

    async def deliver(self, engine: Any, delivery: Any) -> None:
        raise AssertionError("nothing is delivered here")


@pytest.fixture
async def rule(driver: Driver) -> str:
    """The name of a rule without targets."""
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["mine"]}')
    return "r"


async def _ids(driver: Driver, rule: str) -> list[str]:
    listed = await driver("events", "ListTargetsByRule", Rule=rule)
    return [target["Id"] for target in listed["Targets"]]


async def test_targets_are_listed_as_they_were_put(driver: Driver, rule: str) -> None:
    targets: list[dict[str, Any]] = [
        {"Id": "z", "Arn": QUEUE, "Input": '{"a": 1}', "SqsParameters": {"MessageGroupId": "g"}},
        {
            "Id": "b",
            "Arn": TOPIC,
            "InputTransformer": {"InputPathsMap": {"id": "$.detail.id"}, "InputTemplate": '"it is <id>"'},
            "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
            "DeadLetterConfig": {"Arn": QUEUE},
        },
        {"Id": "m", "Arn": BUS},
    ]
    answer = await driver("events", "PutTargets", Rule=rule, Targets=targets)
    assert answer == {"FailedEntryCount": 0, "FailedEntries": []}
    assert await driver("events", "ListTargetsByRule", Rule=rule) == {"Targets": targets}


async def test_a_target_put_again_is_replaced_in_its_place(driver: Driver, rule: str) -> None:
    for target_id, arn in (("2", QUEUE), ("1", QUEUE), ("2", TOPIC), ("3", QUEUE)):
        await driver("events", "PutTargets", Rule=rule, Targets=[{"Id": target_id, "Arn": arn}])
    assert await driver("events", "ListTargetsByRule", Rule=rule) == {
        "Targets": [{"Id": "2", "Arn": TOPIC}, {"Id": "1", "Arn": QUEUE}, {"Id": "3", "Arn": QUEUE}]
    }


async def test_five_targets_and_no_more(driver: Driver, rule: str) -> None:
    five = [{"Id": str(number), "Arn": QUEUE} for number in range(5)]
    await driver("events", "PutTargets", Rule=rule, Targets=five)
    await driver("events", "PutTargets", Rule=rule, Targets=five[2:])
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutTargets", Rule=rule, Targets=[{"Id": "5", "Arn": QUEUE}])
    assert caught.value.code == "LimitExceededException"
    assert await _ids(driver, rule) == ["0", "1", "2", "3", "4"]


async def test_an_id_that_is_not_there_fails_by_itself(driver: Driver, rule: str) -> None:
    await driver("events", "PutTargets", Rule=rule, Targets=[{"Id": "1", "Arn": QUEUE}])
    answer = await driver("events", "RemoveTargets", Rule=rule, Ids=["1", "2"])
    assert answer["FailedEntryCount"] == 1
    assert answer["FailedEntries"] == [
        {
            "TargetId": "2",
            "ErrorCode": "ResourceNotFoundException",
            "ErrorMessage": "Rule r does not have a target with Id '2'.",
        }
    ]
    assert await _ids(driver, rule) == []


async def test_pages_of_targets(driver: Driver, rule: str) -> None:
    targets = [{"Id": target_id, "Arn": QUEUE} for target_id in "edc"]
    await driver("events", "PutTargets", Rule=rule, Targets=targets)
    first = await driver("events", "ListTargetsByRule", Rule=rule, Limit=2)
    assert first["Targets"] == targets[:2]
    second = await driver("events", "ListTargetsByRule", Rule=rule, Limit=2, NextToken=first["NextToken"])
    assert second == {"Targets": targets[2:]}
    with pytest.raises(AwsError, match="Parameter NextToken is not valid"):
        await driver("events", "ListTargetsByRule", Rule=rule, NextToken="YQ==")


async def test_a_rule_is_named_once_however_many_of_its_targets_are_it(driver: Driver, rule: str) -> None:
    targets = [{"Id": "1", "Arn": QUEUE}, {"Id": "2", "Arn": QUEUE}, {"Id": "3", "Arn": TOPIC}]
    await driver("events", "PutTargets", Rule=rule, Targets=targets)
    assert await driver("events", "ListRuleNamesByTarget", TargetArn=QUEUE) == {"RuleNames": ["r"]}
    await driver("events", "RemoveTargets", Rule=rule, Ids=["1", "2"])
    assert await driver("events", "ListRuleNamesByTarget", TargetArn=QUEUE) == {"RuleNames": []}


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("PutTargets", {"Targets": [{"Id": "1", "Arn": QUEUE}]}),
        ("RemoveTargets", {"Ids": ["1"]}),
        ("ListTargetsByRule", {}),
    ],
)
async def test_a_rule_that_is_not_there(driver: Driver, operation: str, params: dict[str, Any]) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", operation, Rule="nowhere", **params)
    assert caught.value.code == "ResourceNotFoundException"
    assert caught.value.message == "Rule nowhere does not exist on EventBus default."


def _malformed(arn: str) -> str:
    return f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"Arn": "q"}, _malformed("q")),
    ({"Arn": "arn:aws:sqs"}, _malformed("arn:aws:sqs")),
    (
        {"Arn": "arn:aws:glue:us-east-1:000000000000:job/j"},
        _malformed("arn:aws:glue:us-east-1:000000000000:job/j"),
    ),
    (
        {"Input": "{}", "InputPath": "$"},
        "Only one of Input, InputPath, or InputTransformer must be provided for target 1.",
    ),
    (
        {"Input": "env:dev"},
        'JSON syntax error in input for target 1: [Source: (String)"env:dev"; line: 1, column: 4]',
    ),
    (
        {"Input": '{\n"a" 1}'},
        'JSON syntax error in input for target 1: [Source: (String)"{\n"a" 1}"; line: 2, column: 5]',
    ),
    ({"Input": ""}, 'JSON syntax error in input for target 1: [Source: (String)""; line: 1, column: 1]'),
    ({"InputPath": "detail"}, "InputPath for target 1 is invalid."),
    ({"InputPath": "$.detail['a']"}, "InputPath for target 1 is invalid."),
    (
        {"InputTransformer": {"InputPathsMap": {"a": "detail"}, "InputTemplate": '"<a>"'}},
        "InputPath for target 1 is invalid.",
    ),
    (
        {"InputTransformer": {"InputPathsMap": {"a": "$.b"}, "InputTemplate": '"<c>"'}},
        "InputTemplate for target 1 contains invalid placeholder c.",
    ),
    (
        {"DeadLetterConfig": {"Arn": TOPIC}},
        "sns is not supported as a dead letter resource.",
    ),
    ({"DeadLetterConfig": {"Arn": QUEUE + ".fifo"}}, "SQS FIFO is not supported by Dead Letter Queues."),
    ({"DeadLetterConfig": {"Arn": "q"}}, _malformed("q")),
    (
        {"DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:000000000000:q"}},
        "Parameter arn:aws:sqs:eu-west-1:000000000000:q is not valid. "
        "Reason: The dead-letter queue must be in region us-east-1.",
    ),
    (
        {"Arn": "arn:aws:execute-api:us-east-1:000000000000:a/prod/GET/"},
        "windsock does not deliver to arn:aws:execute-api:us-east-1:000000000000:a/prod/GET/ yet.",
    ),
    (
        {"Arn": "arn:aws:glue:us-east-1:000000000000:workflow/w"},
        "windsock does not deliver to arn:aws:glue:us-east-1:000000000000:workflow/w yet.",
    ),
    (
        {"Arn": "arn:aws:glue:us-east-1:000000000000:job/j"},
        _malformed("arn:aws:glue:us-east-1:000000000000:job/j"),
    ),
    ({"Arn": QUEUE + ".fifo"}, "Parameter(s) SqsParameters must be specified for target: 1."),
    (
        {"KinesisParameters": {"PartitionKeyPath": "$.id"}},
        "Parameter(s) KinesisParameters not supported for target: 1.",
    ),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED)
async def test_refused_targets(driver: Driver, rule: str, changes: dict[str, Any], message: str) -> None:
    good = {"Id": "0", "Arn": QUEUE}
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutTargets", Rule=rule, Targets=[good, {"Id": "1", "Arn": QUEUE} | changes])
    assert (caught.value.code, caught.value.message) == ("ValidationException", message)
    assert await _ids(driver, rule) == []


async def test_one_id_cannot_be_two_targets_of_a_request(driver: Driver, rule: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutTargets", Rule=rule, Targets=[{"Id": "a", "Arn": QUEUE}] * 2)
    assert caught.value.message == (
        "Parameter targets is not valid. Reason: More than one target with Id 'a' is provided."
    )


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Arn": MACHINE}, f"RoleArn is required for target {MACHINE}."),
        ({"Arn": MACHINE, "RoleArn": ROLE}, None),
        ({"Arn": CLUSTER, "RoleArn": ROLE}, "Parameter(s) EcsParameters must be specified for target: 1."),
        (
            {"Arn": CLUSTER, "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": "arn:aws:ecs:::t"}},
            None,
        ),
        ({"Arn": BUS}, None),
    ],
)
async def test_what_kinds_of_target_need(
    driver: Driver, rule: str, target: dict[str, Any], message: str | None
) -> None:
    driver.engine.targets = TargetKinds(Rooms({}, {TARGETS: Room(target_kinds=[AnyTarget()])}))
    if message is None:
        await driver("events", "PutTargets", Rule=rule, Targets=[{"Id": "1", **target}])
        return
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutTargets", Rule=rule, Targets=[{"Id": "1", **target}])
    assert caught.value.message == message


@pytest.mark.parametrize("given", ['"text"', "1.50", "[1, 2]", "null", ' {"a": {"b": []}} '])
async def test_any_json_may_be_the_input(driver: Driver, rule: str, given: str) -> None:
    target = {"Id": "1", "Arn": QUEUE, "Input": given}
    await driver("events", "PutTargets", Rule=rule, Targets=[target])
    assert await driver("events", "ListTargetsByRule", Rule=rule) == {"Targets": [target]}


@pytest.mark.parametrize("path", ["$", "$.detail", "$.detail.a-b_c[0]", "$.resources[*]"])
async def test_paths_that_are_taken(driver: Driver, rule: str, path: str) -> None:
    target = {"Id": "1", "Arn": QUEUE, "InputPath": path}
    await driver("events", "PutTargets", Rule=rule, Targets=[target])
    assert await _ids(driver, rule) == ["1"]
