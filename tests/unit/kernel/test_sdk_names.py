"""Services and operations as SDKs spell them."""

from __future__ import annotations

import pytest

from windsock.kernel.sdk_names import is_sdk_action, operation_of_sdk_name, service_of_sdk_name


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("sqs", "sqs"),
        ("sfn", "stepfunctions"),
        ("cloudwatchlogs", "logs"),
        ("eventbridge", "events"),
        ("cognitoidentityprovider", "cognito-idp"),
        ("cognito-idp", None),
        ("nothing", None),
    ],
)
def test_services_go_by_their_sdk_identifier(name: str, service: str | None) -> None:
    assert service_of_sdk_name(name) == service


@pytest.mark.parametrize(
    ("service", "name", "operation"),
    [
        ("sqs", "sendMessage", "SendMessage"),
        ("rds", "stopDBCluster", "StopDBCluster"),
        ("rds", "stopDbCluster", "StopDBCluster"),
        ("sqs", "sendLetter", None),
    ],
)
def test_operations_go_by_their_name_in_camel_case(service: str, name: str, operation: str | None) -> None:
    assert operation_of_sdk_name(service, name) == operation


def test_actions_of_services() -> None:
    assert is_sdk_action("dynamodb", "getItem")
    assert not is_sdk_action("dynamodb", "getItems")
    assert not is_sdk_action("dynamo", "getItem")
