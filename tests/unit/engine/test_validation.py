"""Input validation: AWS's recorded answers, every kind of constraint, types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.model import ServiceModel

from windsock.engine.validation import validate
from windsock.kernel.errors import AwsError, SerializationError, ValidationError
from windsock.kernel.models import operation_model

RECORDED = json.loads((Path(__file__).parents[2] / "data" / "validation_errors.json").read_text())


def refusal(service: str, operation: str, parameters: dict[str, Any]) -> AwsError:
    with pytest.raises(AwsError) as refused:
        validate(operation_model(service, operation), parameters)
    return refused.value


def model(members: dict[str, Any], required: tuple[str, ...] = (), **shapes: dict[str, Any]) -> ServiceModel:
    """A service with the one operation `Do`, whose input has `members`."""
    return ServiceModel(
        {
            "metadata": {"protocol": "json", "protocols": ["json"], "endpointPrefix": "x", "serviceId": "x"},
            "operations": {"Do": {"name": "Do", "http": {"method": "POST"}, "input": {"shape": "In"}}},
            "shapes": {"In": {"type": "structure", "members": members, "required": required}, **shapes},
        },
        "events",
    )


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['service']}-{case['operation']}")
def test_the_words_are_those_that_aws_was_recorded_to_say(case: dict[str, Any]) -> None:
    error = refusal(case["service"], case["operation"], case["parameters"])
    # CloudWatch's code is that of its query clients, which the protocol puts in place of the model's name.
    assert error.code == case["code"] or (error.code, case["code"]) == (
        "ValidationException",
        "ValidationError",
    )
    assert (error.message, error.status) == (case["message"], 400)


def test_cloudformation_counts_the_template() -> None:
    error = refusal("cloudformation", "CreateStack", {"StackName": "s", "TemplateBody": "x" * 51201})
    assert error.code == "ValidationError"
    assert error.message.endswith(
        "at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200"
    )


def test_a_missing_member() -> None:
    assert refusal("events", "PutRule", {}).message == (
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: "
        "Member must not be null"
    )
    assert refusal("events", "PutRule", {"Name": None}).message.endswith("Member must not be null")


def test_violations_come_in_the_order_of_the_model() -> None:
    pattern = "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"
    not_empty = "Member must have length greater than or equal to 1"
    not_null = "Member must not be null"
    violations = [
        ("null", "rule", not_null),
        ("''", "targets.1.member.id", pattern),
        ("''", "targets.1.member.id", not_empty),
        ("null", "targets.1.member.arn", not_null),
        ("null", "targets.2.member.id", not_null),
        ("''", "targets.2.member.arn", not_empty),
    ]
    texts = [
        f"Value {value} at '{path}' failed to satisfy constraint: {text}" for value, path, text in violations
    ]
    error = refusal("events", "PutTargets", {"Targets": [{"Id": ""}, {"Arn": ""}]})
    assert error.message == f"6 validation errors detected: {'; '.join(texts)}"


CONSTRAINED: list[tuple[dict[str, Any], Any, list[str]]] = [
    (
        {"type": "list", "member": {"shape": "Item"}, "max": 1},
        ["aaaa", "b"],
        [
            "Value '[aaaa, b]' at 'm' failed to satisfy constraint: "
            "Member must have length less than or equal to 1",
            "Value '[aaaa, b]' at 'm' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must have length less than or equal to 3, "
            "Member must satisfy regular expression pattern: [a-z]*]",
        ],
    ),
    (
        {"type": "list", "member": {"shape": "Item"}},
        ["a", None],
        ["Value null at 'm.2.member' failed to satisfy constraint: Member must not be null"],
    ),
    (
        {"type": "map", "key": {"shape": "Item"}, "value": {"shape": "Item"}},
        {"KEY": "VALUE"},
        [
            "Value '{KEY=VALUE}' at 'm' failed to satisfy constraint: Map keys must satisfy constraint: "
            "[Member must have length less than or equal to 3, "
            "Member must satisfy regular expression pattern: [a-z]*]",
            "Value '{KEY=VALUE}' at 'm' failed to satisfy constraint: Map value must satisfy constraint: "
            "[Member must have length less than or equal to 3, "
            "Member must satisfy regular expression pattern: [a-z]*]",
        ],
    ),
    (
        {"type": "map", "key": {"shape": "Item"}, "value": {"shape": "Inner"}, "min": 2},
        {"k": {"Member": "X"}},
        [
            "Value '{k=Inner(member=X)}' at 'm' failed to satisfy constraint: "
            "Member must have length greater than or equal to 2",
            "Value 'X' at 'm.k.member.member' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-z]*",
        ],
    ),
    (
        {"type": "integer", "min": 1, "max": 5},
        0,
        ["Value '0' at 'm' failed to satisfy constraint: Member must have value greater than or equal to 1"],
    ),
    (
        {"type": "double", "max": 0.5},
        0.75,
        [
            "Value '0.75' at 'm' failed to satisfy constraint: "
            "Member must have value less than or equal to 0.5"
        ],
    ),
    (
        {"type": "string", "enum": ["B", "A"]},
        "C",
        ["Value 'C' at 'm' failed to satisfy constraint: Member must satisfy enum value set: [B, A]"],
    ),
    (
        {"type": "string", "min": 3, "sensitive": True},
        "x",
        ["Value at 'm' failed to satisfy constraint: Member must have length greater than or equal to 3"],
    ),
    (
        {"type": "blob", "max": 1},
        b"ab",
        [
            "Value 'java.nio.HeapByteBuffer[pos=0 lim=2 cap=2]' at 'm' failed to satisfy constraint: "
            "Member must have length less than or equal to 1"
        ],
    ),
]


@pytest.mark.parametrize(("shape", "value", "violations"), CONSTRAINED)
def test_each_kind_of_constraint(shape: dict[str, Any], value: Any, violations: list[str]) -> None:
    service = model(
        {"M": {"shape": "S"}},
        S=shape,
        Item={"type": "string", "max": 3, "pattern": "[a-z]*"},
        Inner={"type": "structure", "members": {"Member": {"shape": "Item"}}},
    )
    with pytest.raises(ValidationError) as refused:
        validate(service.operation_model("Do"), {"M": value})
    plural = "s" if len(violations) > 1 else ""
    assert refused.value.message == (
        f"{len(violations)} validation error{plural} detected: {'; '.join(violations)}"
    )


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("string", 1, "NUMBER_VALUE can not be converted to a String"),
        ("string", b"x", "bytes can not be converted to a String"),
        ("integer", "1", "STRING_VALUE can not be converted to an Integer"),
        ("integer", True, "TRUE_VALUE can not be converted to an Integer"),
        ("long", 1.5, "NUMBER_VALUE can not be converted to a Long"),
        ("double", False, "FALSE_VALUE can not be converted to a Double"),
        ("boolean", 1, "NUMBER_VALUE can not be converted to a Boolean"),
        ("timestamp", "2017", "STRING_VALUE can not be converted to a Timestamp"),
        ("blob", "x", "STRING_VALUE can not be converted to a Blob"),
        ("string", [], "Start of list found where not expected."),
        ("string", {}, "Start of structure or map found where not expected."),
    ],
)
def test_types_are_checked(kind: str, value: Any, message: str) -> None:
    service = model({"M": {"shape": "S"}}, S={"type": kind})
    with pytest.raises(SerializationError) as refused:
        validate(service.operation_model("Do"), {"M": value})
    assert refused.value.message == message


def test_recursive_shapes() -> None:
    operation = operation_model("dynamodb", "PutItem")
    validate(operation, {"TableName": "t", "Item": {"a": {"M": {"b": {"L": [{"S": "x"}]}}}}})
    with pytest.raises(SerializationError):
        validate(operation, {"TableName": "t", "Item": {"a": {"M": {"b": {"L": [{"S": 1}]}}}}})


@pytest.mark.parametrize(("service", "operation"), [("sqs", "SendMessage"), ("sns", "Publish")])
def test_some_services_check_in_their_own_words(service: str, operation: str) -> None:
    validate(operation_model(service, operation), {})


@pytest.mark.parametrize(
    ("service", "operation", "code", "message"),
    [
        ("ec2", "CreateImage", "MissingParameter", "The request must contain the parameter InstanceId"),
        ("ecs", "RegisterTaskDefinition", "InvalidParameterException", "Family can not be blank."),
    ],
)
def test_some_name_only_the_first_member_that_is_missing(
    service: str, operation: str, code: str, message: str
) -> None:
    error = refusal(service, operation, {})
    assert (error.code, error.message) == (code, message)


def test_unknown_members_are_ignored() -> None:
    validate(operation_model("events", "ListRules"), {"Nothing": object(), "NamePrefix": None})
