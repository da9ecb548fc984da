"""Rules: put, replaced, switched, listed, deleted; schedules, quotas, and rules that a service keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import START_MS, Driver

from windsock.engine.calls import Caller
from windsock.engine.settings import EngineSettings
from windsock.engine.tables import timers
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope

PATTERN = '{"source": ["mine"]}'
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
SCHEDULES = json.loads((Path(__file__).parents[3] / "data" / "schedule_expressions.json").read_bytes())


async def _as_service(driver: Driver, operation: str, **params: Any) -> Any:
    caller = Caller.service("autoscaling.amazonaws.com", DEFAULT_ACCOUNT)
    scope = Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
    return await driver.engine.call("events", operation, params, caller=caller, scope=scope)


def _timers(driver: Driver) -> dict[str, int]:
    """Seconds from the start at which timers are due, by the names of their rules."""
    rows = driver.engine.store.read(
        lambda tx: tx.rows(sa.select(timers).where(timers.c.kind.like("events.%")))
    )
    return {row.key: (row.due_ms - START_MS) // 1000 for row in rows}


async def test_a_rule_is_described_as_it_was_put(driver: Driver) -> None:
    given = {
        "EventPattern": PATTERN,
        "State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        "Description": "mine",
        "RoleArn": "arn:aws:iam::000000000000:role/r",
    }
    answer = await driver("events", "PutRule", Name="r", **given)
    arn = "arn:aws:events:us-east-1:000000000000:rule/r"
    assert answer == {"RuleArn": arn}
    described = {"Name": "r", "Arn": arn, "EventBusName": "default", **given}
    assert await driver("events", "DescribeRule", Name="r") == {**described, "CreatedBy": DEFAULT_ACCOUNT}
    assert await driver("events", "ListRules") == {"Rules": [described]}


async def test_putting_a_rule_again_resets_what_is_not_given(driver: Driver) -> None:
    await driver(
        "events",
        "PutRule",
        Name="r",
        EventPattern=PATTERN,
        ScheduleExpression="rate(1 hour)",
        State="DISABLED",
        Description="old",
        RoleArn="arn:aws:iam::000000000000:role/r",
        Tags=[{"Key": "team", "Value": "a"}],
    )
    await driver(
        "events",
        "PutRule",
        Name="r",
        ScheduleExpression="rate(2 hours)",
        Tags=[{"Key": "team", "Value": "b"}],
    )
    rule = await driver("events", "DescribeRule", Name="r")
    assert {
        name: rule[name] for name in rule if name not in ("Name", "Arn", "EventBusName", "CreatedBy")
    } == {
        "ScheduleExpression": "rate(2 hours)",
        "State": "ENABLED",
    }
    tags = await driver("events", "ListTagsForResource", ResourceARN=rule["Arn"])
    assert tags == {"Tags": [{"Key": "team", "Value": "a"}]}


@pytest.mark.parametrize("case", [case for case in SCHEDULES if case["api"] == "events.PutRule"])
async def test_schedules_are_taken_as_aws_does(driver: Driver, case: dict[str, Any]) -> None:
    params = {"Name": "r", "ScheduleExpression": case["expression"]}
    if "event_bus" in case:
        await driver("events", "CreateEventBus", Name="custom")
        params["EventBusName"] = "custom"
    if case["valid"]:
        await driver("events", "PutRule", **params)
        assert (await driver("events", "DescribeRule", Name="r"))["ScheduleExpression"] == case["expression"]
        return
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutRule", **params)
    assert caught.value.code == case["error"]["Code"]
    assert caught.value.message == case["error"]["Message"]


async def test_a_timer_follows_the_schedule_and_the_state(driver: Driver) -> None:
    await driver("events", "PutRule", Name="r", ScheduleExpression="rate(5 minutes)")
    assert _timers(driver) == {"r": 300}
    await driver("events", "DisableRule", Name="r")
    assert _timers(driver) == {}
    await driver("events", "EnableRule", Name="r")
    assert _timers(driver) == {"r": 300}
    await driver.advance(60)
    await driver("events", "EnableRule", Name="r")  # already is: nothing starts anew
    assert _timers(driver) == {"r": 300}
    await driver("events", "PutRule", Name="r", ScheduleExpression="cron(0 1 * * ? *)")
    assert _timers(driver) == {"r": 3600}
    await driver("events", "PutRule", Name="r", ScheduleExpression="rate(1 hour)", State="DISABLED")
    assert _timers(driver) == {}
    await driver("events", "PutRule", Name="r", ScheduleExpression="rate(1 hour)")
    assert _timers(driver) == {"r": 3660}
    await driver("events", "PutRule", Name="r", EventPattern=PATTERN)
    assert _timers(driver) == {}


async def test_a_deleted_rule_leaves_no_timer(driver: Driver) -> None:
    await driver("events", "PutRule", Name="r", ScheduleExpression="rate(5 minutes)")
    await driver("events", "DeleteRule", Name="r")
    assert _timers(driver) == {}
    await driver("events", "DeleteRule", Name="r")  # a second time is no error


async def test_a_rule_of_a_custom_bus_leaves_its_namesake_on_the_default_bus_alone(driver: Driver) -> None:
    await driver("events", "CreateEventBus", Name="custom")
    await driver("events", "PutRule", Name="r", ScheduleExpression="rate(5 minutes)")
    await driver("events", "PutRule", Name="r", EventBusName="custom", EventPattern=PATTERN)
    await driver("events", "DisableRule", Name="r", EventBusName="custom")
    await driver("events", "DeleteRule", Name="r", EventBusName="custom")
    assert _timers(driver) == {"r": 300}
    assert (await driver("events", "DescribeRule", Name="r"))["State"] == "ENABLED"


async def test_a_bus_may_be_named_by_its_arn(driver: Driver) -> None:
    created = await driver("events", "CreateEventBus", Name="custom")
    bus = created["EventBusArn"]
    rule = await driver("events", "PutRule", Name="r", EventBusName=bus, EventPattern=PATTERN)
    assert rule["RuleArn"].endswith(":rule/custom/r")
    assert (await driver("events", "DescribeRule", Name="r", EventBusName="custom"))["Name"] == "r"


async def test_rules_are_listed_by_name_in_pages(driver: Driver) -> None:
    for name in ("b_1", "a", "bx1", "b_2", "B_3"):
        await driver("events", "PutRule", Name=name, EventPattern=PATTERN)
    first = await driver("events", "ListRules", NamePrefix="b", Limit=2)
    assert [rule["Name"] for rule in first["Rules"]] == ["b_1", "b_2"]
    second = await driver("events", "ListRules", NamePrefix="b", Limit=2, NextToken=first["NextToken"])
    assert [rule["Name"] for rule in second["Rules"]] == ["bx1"]
    assert "NextToken" not in second


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (
            {},
            "ValidationException",
            "Parameter(s) EventPattern or ScheduleExpression must be specified.",
        ),
        (
            {"EventPattern": ""},
            "ValidationException",
            "Parameter(s) EventPattern or ScheduleExpression must be specified.",
        ),
        (
            {"EventPattern": '{"source": [{"prefix": 1}]}'},
            "InvalidEventPatternException",
            "Event pattern is not valid. Reason: prefix match pattern must be a string\n"
            ' at [Source: (String)"{"source": [{"prefix": 1}]}"; line: 1, column: 25]',
        ),
        (
            {"EventPattern": json.dumps({"source": ["x" * 2040]})},
            "ValidationException",
            "Parameter EventPattern for rule r exceeds limit of 2048.",
        ),
        (
            {"EventPattern": PATTERN, "EventBusName": "nowhere"},
            "ResourceNotFoundException",
            "Event bus nowhere does not exist.",
        ),
    ],
)
async def test_refused_rules(driver: Driver, params: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutRule", Name="r", **params)
    assert (caught.value.code, caught.value.message) == (code, message)
    assert await driver("events", "ListRules") == {"Rules": []}


@pytest.mark.parametrize("operation", ["DescribeRule", "EnableRule", "DisableRule"])
async def test_a_rule_that_is_not_there(driver: Driver, operation: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", operation, Name="r")
    assert caught.value.code == "ResourceNotFoundException"
    assert caught.value.message == "Rule r does not exist on EventBus default."


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("ListRules", {}),
        ("DeleteRule", {"Name": "r"}),
        ("DescribeRule", {"Name": "r"}),
        ("ListRuleNamesByTarget", {"TargetArn": QUEUE}),
    ],
)
async def test_a_bus_that_is_not_there(driver: Driver, operation: str, params: dict[str, str]) -> None:
    with pytest.raises(AwsError, match="Event bus nowhere does not exist"):
        await driver("events", operation, EventBusName="nowhere", **params)


async def test_the_quota_of_rules_is_a_bus_s(driver: Driver) -> None:
    driver.engine.settings = EngineSettings(rules_per_bus=3)
    await driver("events", "CreateEventBus", Name="custom")
    for name in ("a", "b", "c"):
        await driver("events", "PutRule", Name=name, EventPattern=PATTERN)
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutRule", Name="d", EventPattern=PATTERN)
    assert caught.value.code == "LimitExceededException"
    assert caught.value.message == "The requested resource exceeds the maximum number allowed."
    await driver("events", "PutRule", Name="c", EventPattern='{"source": ["other"]}')
    await driver("events", "PutRule", Name="d", EventBusName="custom", EventPattern=PATTERN)


async def test_the_quota_of_wildcards(driver: Driver) -> None:
    wildcards = ('{"source": [{"wildcard": "a*"}]}', '{"source": [{"anything-but": {"wildcard": "a*"}}]}')
    await driver("events", "PutRule", Name="field", EventPattern='{"detail": {"wildcard": ["a"]}}')
    for number in range(30):
        await driver("events", "PutRule", Name=f"w{number}", EventPattern=wildcards[number % 2])
    await driver("events", "PutRule", Name="w0", EventPattern=wildcards[1])
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutRule", Name="w30", EventPattern=wildcards[0])
    assert caught.value.code == "LimitExceededException"
    driver.engine.settings = EngineSettings(rules_per_bus=600)
    await driver("events", "PutRule", Name="w30", EventPattern=wildcards[0])


async def test_a_managed_rule_is_its_service_s(driver: Driver) -> None:
    await _as_service(driver, "PutRule", Name="kept", EventPattern=PATTERN)
    await _as_service(driver, "PutTargets", Rule="kept", Targets=[{"Id": "1", "Arn": QUEUE}])
    rule = await driver("events", "DescribeRule", Name="kept")
    assert rule["ManagedBy"] == "autoscaling.amazonaws.com"
    refused: dict[str, dict[str, Any]] = {
        "PutRule": {"Name": "kept", "EventPattern": PATTERN},
        "DisableRule": {"Name": "kept"},
        "EnableRule": {"Name": "kept"},
        "PutTargets": {"Rule": "kept", "Targets": [{"Id": "2", "Arn": QUEUE}]},
        "TagResource": {"ResourceARN": rule["Arn"], "Tags": [{"Key": "a", "Value": "b"}]},
        "UntagResource": {"ResourceARN": rule["Arn"], "TagKeys": ["a"]},
    }
    for operation, params in refused.items():
        with pytest.raises(AwsError) as caught:
            await driver("events", operation, **params)
        assert caught.value.code == "ManagedRuleException"
        assert caught.value.message == "kept is a managed rule."
    await _as_service(driver, "DisableRule", Name="kept")


async def test_a_managed_rule_goes_by_force(driver: Driver) -> None:
    await _as_service(driver, "PutRule", Name="kept", EventPattern=PATTERN)
    await _as_service(driver, "PutTargets", Rule="kept", Targets=[{"Id": "1", "Arn": QUEUE}])
    removals: dict[str, dict[str, Any]] = {
        "RemoveTargets": {"Rule": "kept", "Ids": ["1"]},
        "DeleteRule": {"Name": "kept"},
    }
    for operation, params in removals.items():
        with pytest.raises(AwsError) as caught:
            await driver("events", operation, **params)
        message = "kept is a managed rule. Set 'force' parameter to true to override."
        assert (caught.value.code, caught.value.message) == ("ManagedRuleException", message)
        await driver("events", operation, Force=True, **params)
    assert await driver("events", "ListRules") == {"Rules": []}
