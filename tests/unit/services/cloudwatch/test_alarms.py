"""Alarms on the clock: what data and its absence lead to, and what is told of it."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError

TOPIC = "arn:aws:sns:us-east-1:000000000000:alarms"
ALARM = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:busy"


async def put_alarm(driver: Driver, name: str = "busy", **more: Any) -> None:
    settings = {
        "Namespace": "app",
        "MetricName": "load",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 95,
        "ComparisonOperator": "GreaterThanThreshold",
        **more,
    }
    await driver("cloudwatch", "PutMetricAlarm", AlarmName=name, **settings)


async def measure(driver: Driver, value: float, **more: Any) -> None:
    await driver(
        "cloudwatch",
        "PutMetricData",
        Namespace="app",
        MetricData=[{"MetricName": "load", "Value": value} | more],
    )


async def state(driver: Driver, name: str = "busy") -> str:
    answer = await driver(
        "cloudwatch", "DescribeAlarms", AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    (alarm,) = answer["MetricAlarms"] + answer["CompositeAlarms"]
    return str(alarm["StateValue"])


async def told(driver: Driver) -> list[dict[str, Any]]:
    """What a queue subscribed to the topic got; the first call subscribes it."""
    url = (await driver("sqs", "CreateQueue", QueueName="told"))["QueueUrl"]
    await driver("sns", "CreateTopic", Name="alarms")
    await driver(
        "sns",
        "Subscribe",
        TopicArn=TOPIC,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:us-east-1:000000000000:told",
        Attributes={"RawMessageDelivery": "true"},
    )
    await driver.settle()
    answer = await driver("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    return [orjson.loads(message["Body"]) for message in answer.get("Messages", [])]


async def test_a_breach_is_told_to_the_topic_once(driver: Driver) -> None:
    await told(driver)
    await put_alarm(driver, AlarmActions=[TOPIC], AlarmDescription="too busy")
    await measure(driver, 97)
    await driver.advance(60)
    assert await state(driver) == "ALARM"
    await measure(driver, 98)
    await driver.advance(60)
    (message,) = await told(driver)
    assert message["AlarmName"] == "busy"
    assert message["AlarmDescription"] == "too busy"
    assert (message["OldStateValue"], message["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert message["Region"] == "US East (N. Virginia)"
    assert message["Trigger"]["Statistic"] == "AVERAGE"
    assert message["NewStateReason"] == (
        "Threshold Crossed: 1 datapoint [97.0 (02/01/17 00:00:00)] was greater than the threshold (95.0)."
    )


async def test_it_goes_back_when_the_data_does_and_when_there_is_none(driver: Driver) -> None:
    await put_alarm(driver)
    await measure(driver, 97)
    await driver.advance(60)
    await measure(driver, 10)
    await driver.advance(60)
    assert await state(driver) == "OK"
    await driver.advance(600)
    assert await state(driver) == "INSUFFICIENT_DATA"
    await measure(driver, 97)
    await driver.advance(60)
    assert await state(driver) == "ALARM"


async def test_a_silent_alarm_is_left_alone(driver: Driver) -> None:
    await put_alarm(driver)
    await measure(driver, 10)
    await driver.advance(3600)
    due = driver.engine.timers.next_due()
    assert due is None or due > driver.clock.now_ms() + 60_000


async def test_periods_shorter_than_a_minute(driver: Driver) -> None:
    await put_alarm(driver, Period=10)
    await measure(driver, 97, StorageResolution=1)
    await driver.advance(10)
    assert await state(driver) == "ALARM"


async def test_several_periods_are_needed(driver: Driver) -> None:
    await put_alarm(driver, EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="notBreaching")
    await measure(driver, 97)
    await driver.advance(60)
    assert await state(driver) == "OK"
    await measure(driver, 98)
    await driver.advance(60)
    assert await state(driver) == "ALARM"


async def test_windsocks_own_counts_are_watched(driver: Driver) -> None:
    await put_alarm(
        driver,
        Namespace="AWS/SQS",
        MetricName="NumberOfMessagesSent",
        Dimensions=[{"Name": "QueueName", "Value": "q"}],
        Statistic="Sum",
        Threshold=2,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    url = (await driver("sqs", "CreateQueue", QueueName="q"))["QueueUrl"]
    for _ in range(2):
        await driver("sqs", "SendMessage", QueueUrl=url, MessageBody="m")
    await driver.advance(60)
    assert await state(driver) == "ALARM"


async def test_the_bus_is_told(driver: Driver) -> None:
    url = (await driver("sqs", "CreateQueue", QueueName="q"))["QueueUrl"]
    pattern = orjson.dumps({"detail-type": ["CloudWatch Alarm State Change"]}).decode()
    await driver("events", "PutRule", Name="alarms", EventPattern=pattern)
    target = {"Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:q"}
    await driver("events", "PutTargets", Rule="alarms", Targets=[target])
    await put_alarm(driver)
    await driver(
        "cloudwatch", "SetAlarmState", AlarmName="busy", StateValue="ALARM", StateReason="a rehearsal"
    )
    await driver.settle()
    (message,) = (await driver("sqs", "ReceiveMessage", QueueUrl=url))["Messages"]
    event = orjson.loads(message["Body"])
    assert (event["source"], event["resources"]) == ("aws.cloudwatch", [ALARM])
    assert event["detail"]["state"]["value"] == "ALARM"
    assert event["detail"]["state"]["reason"] == "a rehearsal"
    assert event["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"
    assert event["detail"]["configuration"]["metrics"][0]["metricStat"]["metric"]["name"] == "load"


async def test_actions_that_are_disabled_are_left_undone(driver: Driver) -> None:
    await told(driver)
    await put_alarm(driver, AlarmActions=[TOPIC])
    await driver("cloudwatch", "DisableAlarmActions", AlarmNames=["busy"])
    await measure(driver, 97)
    await driver.advance(60)
    assert await told(driver) == []
    await driver("cloudwatch", "EnableAlarmActions", AlarmNames=["busy"])
    await driver("cloudwatch", "SetAlarmState", AlarmName="busy", StateValue="OK", StateReason="r")
    await driver("cloudwatch", "SetAlarmState", AlarmName="busy", StateValue="ALARM", StateReason="r")
    assert len(await told(driver)) == 1


async def test_a_composite_alarm_follows_its_rule(driver: Driver) -> None:
    await told(driver)
    await put_alarm(driver, "one")
    await put_alarm(driver, "two")
    await driver(
        "cloudwatch",
        "PutCompositeAlarm",
        AlarmName="both",
        AlarmRule='ALARM("one") AND ALARM("two")',
        AlarmActions=[TOPIC],
    )
    assert await state(driver, "both") == "OK"
    await driver("cloudwatch", "SetAlarmState", AlarmName="one", StateValue="ALARM", StateReason="r")
    assert await state(driver, "both") == "OK"
    await driver("cloudwatch", "SetAlarmState", AlarmName="two", StateValue="ALARM", StateReason="r")
    assert await state(driver, "both") == "ALARM"
    (message,) = await told(driver)
    assert message["AlarmRule"] == 'ALARM("one") AND ALARM("two")'


async def test_history_tells_all_of_it(driver: Driver) -> None:
    await told(driver)
    await put_alarm(driver, AlarmActions=[TOPIC, TOPIC + "-gone"])
    await measure(driver, 97)
    await driver.advance(60)
    answer = await driver("cloudwatch", "DescribeAlarmHistory", AlarmName="busy", ScanBy="TimestampAscending")
    summaries = [item["HistorySummary"] for item in answer["AlarmHistoryItems"]]
    assert summaries[:2] == ['Alarm "busy" created', "Alarm updated from INSUFFICIENT_DATA to ALARM"]
    assert sorted(summaries[2:]) == [
        f"Failed to execute action {TOPIC}-gone",
        f"Successfully executed action {TOPIC}",
    ]
    only = await driver("cloudwatch", "DescribeAlarmHistory", HistoryItemType="StateUpdate")
    (item,) = only["AlarmHistoryItems"]
    assert orjson.loads(item["HistoryData"])["newState"]["stateReasonData"]["recentDatapoints"] == [97.0]


def queries(expression: str, **more: Any) -> list[dict[str, Any]]:
    """Errors and calls, and an expression of them."""
    metrics = [
        {
            "Id": each,
            "MetricStat": {
                "Metric": {"Namespace": "app", "MetricName": each},
                "Period": 60,
                "Stat": "Sum",
            },
            "ReturnData": False,
        }
        for each in ("errors", "calls")
    ]
    return [*metrics, {"Id": "e1", "Expression": expression, **more}]


async def put_math_alarm(driver: Driver, metrics: list[dict[str, Any]], **more: Any) -> None:
    settings: dict[str, Any] = {
        "EvaluationPeriods": 1,
        "Threshold": 10,
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": [TOPIC],
        "Metrics": metrics,
    }
    await driver("cloudwatch", "PutMetricAlarm", AlarmName="busy", **settings | more)


async def test_an_alarm_on_an_expression(driver: Driver) -> None:
    await told(driver)
    await put_math_alarm(driver, queries("100 * errors / calls", Label="error rate"))
    for name, value in (("errors", 3), ("calls", 20)):
        await measure(driver, value, MetricName=name)
    await driver.advance(60)
    assert await state(driver) == "ALARM"
    (message,) = await told(driver)
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 datapoint [15.0 (")
    assert [each["Id"] for each in message["Trigger"]["Metrics"]] == ["errors", "calls", "e1"]
    history = await driver("cloudwatch", "DescribeAlarmHistory", HistoryItemType="StateUpdate")
    data = orjson.loads(history["AlarmHistoryItems"][0]["HistoryData"])["newState"]["stateReasonData"]
    assert (data["recentDatapoints"], data["period"], "statistic" in data) == ([15.0], 60, False)
    await measure(driver, 100, MetricName="calls")
    await driver.advance(60)
    assert await state(driver) == "OK"


async def test_an_expression_may_have_values_without_data(driver: Driver) -> None:
    await put_math_alarm(
        driver,
        queries("FILL(calls, 0)"),
        ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=2,
        AlarmActions=[],
    )
    await driver.advance(60)
    assert await state(driver) == "ALARM"


async def test_the_event_tells_the_expression(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="heard")
    await driver("events", "PutRule", Name="alarms", EventPattern='{"source": ["aws.cloudwatch"]}')
    arn = "arn:aws:sqs:us-east-1:000000000000:heard"
    await driver("events", "PutTargets", Rule="alarms", Targets=[{"Id": "1", "Arn": arn}])
    await put_math_alarm(driver, queries("errors + calls", Label="both"), AlarmActions=[])
    await driver("cloudwatch", "SetAlarmState", AlarmName="busy", StateValue="ALARM", StateReason="r")
    await driver.settle()
    heard = await driver("sqs", "ReceiveMessage", QueueUrl="/000000000000/heard")
    configuration = orjson.loads(heard["Messages"][0]["Body"])["detail"]["configuration"]
    assert configuration["metrics"][0] == {
        "id": "errors",
        "metricStat": {
            "metric": {"namespace": "app", "name": "errors", "dimensions": {}},
            "period": 60,
            "stat": "Sum",
        },
        "returnData": False,
    }
    both = {"id": "e1", "expression": "errors + calls", "label": "both", "returnData": True}
    assert configuration["metrics"][2] == both


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        (queries("errors", ReturnData=False), "Exactly one element of the metrics list should return data."),
        (queries("SEARCH('x', 'Sum', 60)"), "SEARCH is not supported on Metric Alarms."),
        (queries("METRICS()"), "must return a single time series"),
        (queries("SUM(errors)"), "the result must be a time series"),
        (queries("errors +"), "Error in expression 'e1': unexpected end."),
        (queries("gone"), "there is no metric and no expression gone"),
        ([*queries("errors"), queries("errors")[0]], "are not unique"),
    ],
)
async def test_what_no_alarm_can_watch(driver: Driver, metrics: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(AwsError, match=re.escape(message)) as refusal:
        await put_math_alarm(driver, metrics, AlarmActions=[])
    assert refusal.value.code == "ValidationError"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"Period": 45}, "ValidationError"),
        ({"DatapointsToAlarm": 2}, "ValidationError"),
        ({"TreatMissingData": "never"}, "ValidationError"),
        ({"AlarmActions": ["arn:aws:s3:::bucket"]}, "ValidationError"),
        ({"ExtendedStatistic": "p99"}, "InvalidParameterCombination"),
        ({"Period": 86_400, "EvaluationPeriods": 8}, "ValidationError"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "NotImplemented"),
    ],
)
async def test_what_no_alarm_can_be(driver: Driver, params: dict[str, Any], code: str) -> None:
    with pytest.raises(AwsError) as refusal:
        await put_alarm(driver, **params)
    assert refusal.value.code == code


async def test_a_composite_alarm_must_speak_of_alarms(driver: Driver) -> None:
    for rule, says in (("ALARM(", "it ends too early"), ('ALARM("gone")', "gone"), ('ALARM("me")', "itself")):
        with pytest.raises(AwsError, match=says):
            await driver("cloudwatch", "PutCompositeAlarm", AlarmName="me", AlarmRule=rule)


async def test_deleting_one_that_is_not_there_deletes_none(driver: Driver) -> None:
    await put_alarm(driver)
    with pytest.raises(AwsError) as refusal:
        await driver("cloudwatch", "DeleteAlarms", AlarmNames=["busy", "gone"])
    assert refusal.value.code == "ResourceNotFound"
    assert await state(driver) == "INSUFFICIENT_DATA"
    await driver("cloudwatch", "DeleteAlarms", AlarmNames=["busy"])
    assert (await driver("cloudwatch", "DescribeAlarms"))["MetricAlarms"] == []


async def put_rules(driver: Driver, **rules: str) -> None:
    for name, rule in rules.items():
        await driver("cloudwatch", "PutCompositeAlarm", AlarmName=name, AlarmRule=rule)


async def set_state(driver: Driver, name: str, value: str) -> None:
    await driver("cloudwatch", "SetAlarmState", AlarmName=name, StateValue=value, StateReason="r")


async def test_composite_alarms_of_composite_alarms_end_as_their_rules_say(driver: Driver) -> None:
    await put_alarm(driver, "m")
    other = "ALARM(m) AND NOT ALARM(b)"
    await put_rules(driver, b="ALARM(m)", a=other, c=other, d="OK(c)")
    await set_state(driver, "m", "ALARM")
    assert [await state(driver, name) for name in "abcd"] == ["OK", "ALARM", "OK", "ALARM"]
    await set_state(driver, "m", "OK")
    assert [await state(driver, name) for name in "abcd"] == ["OK", "OK", "OK", "ALARM"]


async def test_a_cycle_of_composite_alarms_is_followed_once(driver: Driver) -> None:
    await put_alarm(driver, "m")
    await put_rules(driver, one="ALARM(m)", two="NOT ALARM(one)")
    await put_rules(driver, one="ALARM(m) OR ALARM(two)")
    await set_state(driver, "m", "ALARM")
    await set_state(driver, "m", "OK")
    assert {await state(driver, "one"), await state(driver, "two")} <= {"OK", "ALARM"}


async def test_an_alarm_that_a_composite_alarm_depends_on_is_not_deleted(driver: Driver) -> None:
    for name in ("one", "two", "free"):
        await put_alarm(driver, name)
    await put_rules(driver, either="ALARM(one) OR ALARM(two)", other="ALARM(free)")
    for names, says in (
        (["one", "free"], "Cannot delete free,one as there are composite alarm(s) depending on them."),
        (["two"], "Cannot delete two as there are composite alarm(s) depending on it."),
        (["either", "other"], "Only one composite alarm can be deleted in one operation."),
    ):
        with pytest.raises(AwsError) as refusal:
            await driver("cloudwatch", "DeleteAlarms", AlarmNames=names)
        assert (refusal.value.code, refusal.value.message) == ("ValidationError", says)
    await driver("cloudwatch", "DeleteAlarms", AlarmNames=["either", "one", "two"])
    assert await state(driver, "other") == "OK"


async def names_of(driver: Driver, **wanted: Any) -> list[str]:
    answer = await driver("cloudwatch", "DescribeAlarms", **wanted)
    return [alarm["AlarmName"] for kind in ("MetricAlarms", "CompositeAlarms") for alarm in answer[kind]]


async def test_composite_alarms_are_shown_to_those_who_ask_for_them(driver: Driver) -> None:
    await put_alarm(driver, "m")
    await put_rules(driver, c="ALARM(m)")
    assert await names_of(driver) == ["m"]
    assert await names_of(driver, AlarmNames=["m", "c"]) == ["m"]
    assert await names_of(driver, AlarmNames=["m", "c"], AlarmTypes=["CompositeAlarm"]) == ["c"]


async def test_the_children_and_parents_of_an_alarm(driver: Driver) -> None:
    for name in ("m", "n", "other"):
        await put_alarm(driver, name)
    await put_rules(driver, a="ALARM(m) OR ALARM(n)", b="ALARM(a) OR ALARM(m)")
    children = await driver("cloudwatch", "DescribeAlarms", ChildrenOfAlarmName="b")
    (metric,), (composite,) = children["MetricAlarms"], children["CompositeAlarms"]
    assert (metric["AlarmName"], composite["AlarmName"]) == ("m", "a")
    assert metric.keys() == {"AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"}
    parents = await driver("cloudwatch", "DescribeAlarms", ParentsOfAlarmName="m")
    assert [alarm.keys() for alarm in parents["CompositeAlarms"]] == [{"AlarmName", "AlarmArn"}] * 2
    assert await names_of(driver, ParentsOfAlarmName="m") == ["a", "b"]
    assert await names_of(driver, ChildrenOfAlarmName="m") == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"AlarmNames": ["m"], "AlarmNamePrefix": "m"},
        {"ChildrenOfAlarmName": "a", "StateValue": "OK"},
        {"ParentsOfAlarmName": "a", "ChildrenOfAlarmName": "a"},
    ],
)
async def test_what_cannot_be_asked_together(driver: Driver, wanted: dict[str, Any]) -> None:
    with pytest.raises(AwsError) as refusal:
        await driver("cloudwatch", "DescribeAlarms", **wanted)
    assert refusal.value.code == "ValidationError"
