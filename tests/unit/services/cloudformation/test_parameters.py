"""Properties become the parameters of operations by the operations' models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from windsock.services.cloudformation.parameters import known_by, parameters, tag_parameters
from windsock.services.cloudformation.resource_type import Failed

_POLICY = {"Version": "2012-10-17", "Statement": []}


@pytest.mark.parametrize(
    ("service", "operation", "properties", "params"),
    [
        pytest.param(
            "ecs",
            "RegisterTaskDefinition",
            {"ContainerDefinitions": [{"LogConfiguration": {"Options": {"awslogs-Group": "g"}}}]},
            {"containerDefinitions": [{"logConfiguration": {"options": {"awslogs-Group": "g"}}}]},
            id="letters of names change, those of a map's keys do not",
        ),
        pytest.param(
            "kms",
            "CreateKey",
            {"Policy": _POLICY},
            {"Policy": '{"Version": "2012-10-17", "Statement": []}'},
            id="objects become text where the operation takes text",
        ),
        pytest.param(
            "cloudwatch",
            "PutMetricAlarm",
            {"Period": "60", "ActionsEnabled": "true", "Dimensions": [{"Name": "n", "Value": 3}]},
            {"Period": 60, "ActionsEnabled": True, "Dimensions": [{"Name": "n", "Value": "3"}]},
            id="scalars are of the types that the operation takes",
        ),
        pytest.param(
            "scheduler",
            "CreateSchedule",
            {"StartDate": "2030-01-01T00:00:00Z"},
            {"StartDate": datetime(2030, 1, 1, tzinfo=UTC)},
            id="instants are instants",
        ),
        pytest.param("sqs", "CreateQueue", {"Elsewhere": 1}, {}, id="what is no parameter is left to others"),
    ],
)
def test_parameters(service: str, operation: str, properties: dict[str, Any], params: dict[str, Any]) -> None:
    assert parameters(service, operation, properties) == params


def test_a_repeated_call_has_the_same_token() -> None:
    assert parameters("secretsmanager", "CreateSecret", {"Name": "n"}, "0" * 32) == {
        "Name": "n",
        "ClientRequestToken": "0" * 32,
    }


def test_nothing_within_a_parameter_is_left_out_silently() -> None:
    with pytest.raises(Failed, match="does not set the property networkConfiguration/Elsewhere yet"):
        parameters("ecs", "CreateService", {"NetworkConfiguration": {"Elsewhere": 1}})


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("ecs", "CreateCluster", {"tags": [{"key": "a", "value": "b"}]}),
        ("kms", "CreateKey", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
        ("logs", "CreateLogGroup", {"tags": {"a": "b"}}),
        ("cloudtrail", "CreateTrail", {"TagsList": [{"Key": "a", "Value": "b"}]}),
        ("autoscaling", "PutScalingPolicy", {}),
    ],
)
def test_tags_as_each_service_has_them(service: str, operation: str, expected: dict[str, Any]) -> None:
    assert tag_parameters(service, operation, {"a": "b"}) == expected
    assert tag_parameters(service, operation, {}) == {}


def test_one_resource_is_a_list_where_an_operation_takes_several() -> None:
    assert known_by("cloudwatch", "DeleteAlarms", "AlarmNames", "a") == {"AlarmNames": ["a"]}
    assert known_by("sns", "DeleteTopic", "TopicArn", "a") == {"TopicArn": "a"}
