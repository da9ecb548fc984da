"""Parameters of a call from JSON: names and types by the model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from windsock.engine.json_params import InvalidParams, params_of_json
from windsock.kernel.models import operation_model


def converted(service: str, operation: str, value: Any) -> dict[str, Any]:
    return params_of_json(operation_model(service, operation), value)


@pytest.mark.parametrize(
    ("service", "operation", "given", "expected"),
    [
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": "u", "MessageBody": "b", "DelaySeconds": 5},
            {"QueueUrl": "u", "MessageBody": "b", "DelaySeconds": 5},
        ),
        ("rds", "StopDBCluster", {"DbClusterIdentifier": "x"}, {"DBClusterIdentifier": "x"}),
        ("ecs", "RunTask", {"TaskDefinition": "t", "Count": 2.0}, {"taskDefinition": "t", "count": 2}),
        ("kinesis", "PutRecord", {"Data": "text", "PartitionKey": None}, {"Data": b"text"}),
        ("lambda", "Invoke", {"Payload": {"a": [1]}}, {"Payload": b'{"a":[1]}'}),
        (
            "events",
            "PutEvents",
            {"Entries": [{"Time": "2017-01-02T03:04:05Z", "Source": "s"}]},
            {"Entries": [{"Time": datetime(2017, 1, 2, 3, 4, 5, tzinfo=UTC), "Source": "s"}]},
        ),
        (
            "events",
            "PutEvents",
            {"Entries": [{"Time": 1483326245}]},
            {"Entries": [{"Time": datetime(2017, 1, 2, 3, 4, 5, tzinfo=UTC)}]},
        ),
        ("sns", "CreateTopic", {"Attributes": {"a": "b"}}, {"Attributes": {"a": "b"}}),
        ("cloudwatch", "PutMetricData", {"MetricData": [{"Value": 1}]}, {"MetricData": [{"Value": 1}]}),
    ],
)  # fmt: skip
def test_values_become_what_boto3_takes(
    service: str, operation: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert converted(service, operation, given) == expected


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([], "The parameters must be a JSON object."),
        ({"QueueUrl": 1}, "The value of 'QueueUrl' must be a string, not 1."),
        ({"DelaySeconds": "5"}, "The value of 'DelaySeconds' must be a whole number, not \"5\"."),
        ({"DelaySeconds": True}, "The value of 'DelaySeconds' must be a whole number, not true."),
        ({"MessageAttributes": {"a": 1}}, "The value of 'MessageAttributes.a' must be an object, not 1."),
        ({"MessageAttributes": {"a": {"Wrong": 1}}}, "The field 'MessageAttributes.a.Wrong' is not one of"),
    ],
)
def test_what_does_not_fit_is_told(given: Any, reason: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        converted("sqs", "SendMessage", given)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize("given", ["yesterday", True, {"a": 1}, 1e300])
def test_an_instant_that_is_none_is_refused(given: Any) -> None:
    with pytest.raises(InvalidParams, match=r"'Entries\.0\.Time' must be an ISO 8601 instant"):
        converted("events", "PutEvents", {"Entries": [{"Time": given}]})


def test_an_operation_without_input_takes_nothing() -> None:
    assert converted("ecs", "DiscoverPollEndpoint", {}) == {}
    with pytest.raises(InvalidParams, match="takes no parameters"):
        converted("iam", "GetAccountSummary", {"A": 1})
