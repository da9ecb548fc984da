"""Delivering to a target: input, retries by the clock, dead letters, and what is counted."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import Driver

from windsock.engine.calls import Call
from windsock.engine.operations import Result
from windsock.engine.tables import metric_minutes
from windsock.kernel.errors import AwsError

PATTERN = json.dumps({"source": ["test"]})
ARN = "arn:aws:sqs:us-east-1:000000000000:"


async def put(driver: Driver, detail: str = '{"n": 1}', **entry: Any) -> str:
    entries = [{"Source": "test", "DetailType": "t", "Detail": detail, **entry}]
    answer = await driver("events", "PutEvents", Entries=entries)
    await driver.settle()
    event_id: str = answer["Entries"][0]["EventId"]
    return event_id


async def rule(driver: Driver, **target: Any) -> None:
    await driver("events", "PutRule", Name="r", EventPattern=PATTERN)
    answer = await driver("events", "PutTargets", Rule="r", Targets=[{"Id": "1", **target}])
    assert answer["FailedEntryCount"] == 0, answer


async def messages(driver: Driver, queue: str, **params: Any) -> list[dict[str, Any]]:
    answer = await driver(
        "sqs", "ReceiveMessage", QueueUrl=f"/000000000000/{queue}", MaxNumberOfMessages=10, **params
    )
    found: list[dict[str, Any]] = answer.get("Messages", [])
    return found


def counted(driver: Driver, name: str) -> float:
    """The sum of a rule's metric."""
    total = driver.engine.store.read(
        lambda tx: tx.scalar(
            sa.select(sa.func.sum(metric_minutes.c.total)).where(
                metric_minutes.c.name == name, metric_minutes.c.dimensions == '{"RuleName":"r"}'
            )
        )
    )
    return float(total or 0)


async def test_the_event_arrives_as_it_was_sent(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="q")
    await rule(driver, Arn=ARN + "q")
    event_id = await put(
        driver, '{ "price": 3.10e2,\n "big": 12345678901234567890123, "s": "a  b" }', Resources=["r1"]
    )
    (message,) = await messages(driver, "q")
    assert message["Body"] == (
        f'{{"version":"0","id":"{event_id}","detail-type":"t","source":"test","account":"000000000000",'
        '"time":"2017-01-02T00:00:00Z","region":"us-east-1","resources":["r1"],'
        '"detail":{"price":3.10e2,"big":12345678901234567890123,"s":"a  b"}}'
    )
    assert counted(driver, "Invocations") == 1
    assert counted(driver, "TriggeredRules") == 1
    assert counted(driver, "FailedInvocations") == 0


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"Input": '{"always":"this"}'}, '{"always":"this"}'),
        ({"InputPath": "$.detail"}, '{"n":1}'),
        ({"InputPath": "$.detail.n"}, "1"),
        (
            {"InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"got": <n>}'}},
            '{"got":1}',
        ),
        (
            {"InputTransformer": {"InputTemplate": '"rule <aws.events.rule-name>"'}},
            '"rule r"',
        ),
    ],
)
async def test_a_target_receives_what_its_input_rules_make(
    driver: Driver, target: dict[str, Any], expected: str
) -> None:
    await driver("sqs", "CreateQueue", QueueName="q")
    await rule(driver, Arn=ARN + "q", **target)
    await put(driver)
    (message,) = await messages(driver, "q")
    assert message["Body"] == expected


async def test_a_missing_queue_sends_the_event_to_the_dead_letter_queue_at_once(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="dlq")
    await rule(driver, Arn=ARN + "nowhere", DeadLetterConfig={"Arn": ARN + "dlq"})
    event_id = await put(driver)
    (message,) = await messages(driver, "dlq", MessageAttributeNames=["All"])
    assert json.loads(message["Body"])["id"] == event_id
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes.pop("ERROR_MESSAGE")
    assert attributes == {
        "RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/r",
        "TARGET_ARN": ARN + "nowhere",
        "ERROR_CODE": "NO_RESOURCE",
    }
    assert counted(driver, "FailedInvocations") == 1
    assert counted(driver, "DeadLetterInvocations") == 1


async def test_a_failure_that_may_pass_is_tried_again(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from windsock.targets.sqs import QueueTarget

    attempts: list[int] = []
    deliver = QueueTarget.deliver

    async def fail_twice(self: QueueTarget, engine: Any, delivery: Any) -> None:
        attempts.append(driver.clock.now_ms())
        if len(attempts) < 3:
            raise ConnectionError("down")
        await deliver(self, engine, delivery)

    monkeypatch.setattr(QueueTarget, "deliver", fail_twice)
    await driver("sqs", "CreateQueue", QueueName="q")
    await rule(driver, Arn=ARN + "q")
    await put(driver)
    assert await messages(driver, "q") == []
    await driver.advance(10)
    assert len(await messages(driver, "q")) == 1
    pauses = [after - before for before, after in pairwise(attempts)]
    assert 500 <= pauses[0] <= 1000 <= pauses[1] <= 2000


@pytest.mark.parametrize(
    ("policy", "condition", "retries"),
    [
        ({"MaximumRetryAttempts": 2}, "MaximumRetryAttempts", "2"),
        ({"MaximumRetryAttempts": 0}, "MaximumRetryAttempts", "0"),
        ({"MaximumEventAgeInSeconds": 60}, "MaximumEventAgeInSeconds", None),
    ],
)
async def test_the_retry_policy_ends_in_the_dead_letter_queue(
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
    policy: dict[str, int],
    condition: str,
    retries: str | None,
) -> None:
    from windsock.targets.sqs import QueueTarget

    async def fail(self: QueueTarget, engine: Any, delivery: Any) -> None:
        raise ConnectionError("down")

    monkeypatch.setattr(QueueTarget, "deliver", fail)
    for queue in ("q", "dlq"):
        await driver("sqs", "CreateQueue", QueueName=queue)
    await rule(driver, Arn=ARN + "q", DeadLetterConfig={"Arn": ARN + "dlq"}, RetryPolicy=policy)
    await put(driver)
    await driver.advance(86_400)
    (message,) = await messages(driver, "dlq", MessageAttributeNames=["All"])
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == condition
    if retries is not None:
        assert attributes["RETRY_ATTEMPTS"] == retries


async def test_of_events_delivered_together_only_those_fail_that_must(driver: Driver) -> None:
    """Ten in a request go to the queue as one batch; a message too long for the queue spoils no other."""
    await driver("sqs", "CreateQueue", QueueName="q", Attributes={"MaximumMessageSize": "1024"})
    await driver("sqs", "CreateQueue", QueueName="dead")
    await rule(driver, Arn=ARN + "q", DeadLetterConfig={"Arn": ARN + "dead"})
    details = [json.dumps({"n": n, "padding": "x" * (2000 if n in (3, 7) else 1)}) for n in range(10)]
    entries = [{"Source": "test", "DetailType": "t", "Detail": detail} for detail in details]
    await driver("events", "PutEvents", Entries=entries)
    await driver.settle()
    arrived = await messages(driver, "q")
    assert sorted(json.loads(each["Body"])["detail"]["n"] for each in arrived) == [0, 1, 2, 4, 5, 6, 8, 9]
    failed = await messages(driver, "dead", MessageAttributeNames=["All"])
    assert sorted(json.loads(each["Body"])["detail"]["n"] for each in failed) == [3, 7]
    for each in failed:
        told = {name: value["StringValue"] for name, value in each["MessageAttributes"].items()}
        assert told["ERROR_CODE"] == "ERROR_FROM_TARGET"
        assert "Message must be shorter than 1024 bytes." in told["ERROR_MESSAGE"]
    assert counted(driver, "Invocations") == 10
    assert counted(driver, "FailedInvocations") == 2


async def test_a_defect_in_one_delivery_repeats_no_other(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from windsock.targets.sqs import QueueTarget

    attempts: Counter[int] = Counter()
    deliver = QueueTarget.deliver

    async def no_batch(self: QueueTarget, engine: Any, deliveries: Any) -> None:
        raise AwsError("no", code="Refused")

    async def fails_once_for_zero(self: QueueTarget, engine: Any, delivery: Any) -> None:
        number = delivery.event["detail"]["n"]
        attempts[number] += 1
        if number == 0 and attempts[0] == 1:
            raise RuntimeError("a defect")
        for _ in range(5):
            await engine.store.write(lambda tx: None)
        await deliver(self, engine, delivery)

    monkeypatch.setattr(QueueTarget, "deliver_many", no_batch)
    monkeypatch.setattr(QueueTarget, "deliver", fails_once_for_zero)
    await driver("sqs", "CreateQueue", QueueName="q")
    await rule(driver, Arn=ARN + "q")
    details = [json.dumps({"n": n}) for n in range(5)]
    entries = [{"Source": "test", "DetailType": "t", "Detail": detail} for detail in details]
    await driver("events", "PutEvents", Entries=entries)
    await driver.advance(10)
    assert attempts == {0: 2, 1: 1, 2: 1, 3: 1, 4: 1}
    found = await messages(driver, "q")
    assert sorted(json.loads(each["Body"])["detail"]["n"] for each in found) == [0, 1, 2, 3, 4]


async def test_more_than_a_batch_may_hold_arrives_all_the_same(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="q")
    await rule(driver, Arn=ARN + "q")
    detail = json.dumps({"padding": "x" * 250_000})
    for entries in (3, 3):
        await driver(
            "events",
            "PutEvents",
            Entries=[{"Source": "test", "DetailType": "t", "Detail": detail}] * entries,
        )
    await driver.settle()
    assert len(await messages(driver, "q")) == 6


async def test_rules_with_one_queue_deliver_each_as_its_own_role(driver: Driver) -> None:
    """Their deliveries share a lane, never a call."""
    await driver("sqs", "CreateQueue", QueueName="q")
    for name, role in (("r", "one"), ("s", "other")):
        await driver("events", "PutRule", Name=name, EventPattern=PATTERN)
        target = {"Id": "1", "Arn": ARN + "q", "RoleArn": f"arn:aws:iam::000000000000:role/{role}"}
        await driver("events", "PutTargets", Rule=name, Targets=[target])
    entries = [{"Source": "test", "DetailType": "t", "Detail": "{}"}] * 4
    callers: list[str] = []
    dispatch = driver.engine.chain.dispatch

    async def noted(call: Call) -> Result:
        if call.operation.startswith("SendMessage"):
            callers.append(call.caller.principal)
        return await dispatch(call)

    driver.engine.chain.dispatch = noted  # type: ignore[method-assign]
    await driver("events", "PutEvents", Entries=entries)
    await driver.settle()
    assert len(await messages(driver, "q")) == 8
    assert sorted(callers) == ["arn:aws:iam::000000000000:role/one", "arn:aws:iam::000000000000:role/other"]


async def test_an_event_of_a_disabled_rule_goes_nowhere(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="q")
    await rule(driver, Arn=ARN + "q")
    await put(driver)
    await driver("events", "DisableRule", Name="r")
    await put(driver)
    await driver("events", "EnableRule", Name="r")
    await put(driver)
    assert len(await messages(driver, "q")) == 2


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"InputPath": "$.detail.big"}, "12345678901234567890123"),
        ({"InputPath": "$.detail"}, '{"big":12345678901234567890123,"n":[18446744073709551616]}'),
        (
            {"InputTransformer": {"InputPathsMap": {"b": "$.detail.big"}, "InputTemplate": '{"b": <b>}'}},
            '{"b":12345678901234567890123}',
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"b": "$.detail.n"}, "InputTemplate": '"n: <b>"'}},
            '"n: [18446744073709551616]"',
        ),
    ],
)
async def test_numbers_beyond_64_bits_arrive_as_they_are(
    driver: Driver, form: dict[str, Any], expected: str
) -> None:
    await driver("sqs", "CreateQueue", QueueName="q")
    await rule(driver, Arn=ARN + "q", **form)
    await put(driver, '{"big": 12345678901234567890123, "n": [18446744073709551616]}')
    (message,) = await messages(driver, "q")
    assert message["Body"] == expected


async def test_a_fifo_queue_gets_events_in_order(driver: Driver) -> None:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    await driver("sqs", "CreateQueue", QueueName="q.fifo", Attributes=attributes)
    await rule(driver, Arn=ARN + "q.fifo", SqsParameters={"MessageGroupId": "g"})
    for n in range(10):
        await put(driver, json.dumps({"n": n}))
    found = await messages(driver, "q.fifo")
    assert [json.loads(message["Body"])["detail"]["n"] for message in found] == list(range(10))


async def test_a_fifo_queue_drops_what_it_got_before(driver: Driver) -> None:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    await driver("sqs", "CreateQueue", QueueName="q.fifo", Attributes=attributes)
    await rule(driver, Arn=ARN + "q.fifo", SqsParameters={"MessageGroupId": "g"}, Input='"again"')
    await put(driver)
    await put(driver)
    assert [message["Body"] for message in await messages(driver, "q.fifo")] == ['"again"']


async def test_a_fifo_queue_that_does_not_deduplicate_by_content_takes_nothing(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="q.fifo", Attributes={"FifoQueue": "true"})
    await driver("sqs", "CreateQueue", QueueName="dead")
    await rule(
        driver,
        Arn=ARN + "q.fifo",
        SqsParameters={"MessageGroupId": "g"},
        DeadLetterConfig={"Arn": ARN + "dead"},
    )
    await put(driver)
    (letter,) = await messages(driver, "dead", MessageAttributeNames=["All"])
    assert "ContentBasedDeduplication" in letter["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]


@pytest.mark.parametrize("events", [1, 3])
async def test_a_standard_queue_may_be_a_fair_one(driver: Driver, events: int) -> None:
    await driver("sqs", "CreateQueue", QueueName="q")
    await rule(driver, Arn=ARN + "q", SqsParameters={"MessageGroupId": "g"})
    entries = [{"Source": "test", "DetailType": "t", "Detail": "{}"}] * events
    await driver("events", "PutEvents", Entries=entries)
    await driver.settle()
    found = await messages(driver, "q", MessageSystemAttributeNames=["All"])
    assert [message["Attributes"]["MessageGroupId"] for message in found] == ["g"] * events
