"""What each kind of state may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from windsock.languages.asl.diagnostics.fields import (
    ARGUMENTS,
    ASSIGN,
    COMMON,
    CONTEXT_REFERENCE,
    COUNT,
    FAILURES,
    FUNCTION,
    INPUT_OUTPUT,
    NEXT_OR_END,
    PARAMETERS,
    REFERENCE,
    RESULT,
    SELECTOR,
    TEMPLATE,
    TEXT,
    TRANSITION,
    WORDING,
    Field,
    Group,
    Shape,
    exactly_one_of,
    one_of,
    seconds,
)


def _state(name: str, fields: Mapping[str, Field], *groups: Group) -> Shape:
    return Shape(name, {**COMMON, **fields}, groups, is_state=True)


_PASS = _state(
    "Pass",
    {**INPUT_OUTPUT, **ASSIGN, **RESULT, **PARAMETERS, **TRANSITION, "Result": Field("Any", "JSONPath")},
    NEXT_OR_END,
)
_TASK = _state(
    "Task",
    {
        "Resource": replace(TEXT, required=True),
        **INPUT_OUTPUT,
        **ASSIGN,
        **RESULT,
        **PARAMETERS,
        **ARGUMENTS,
        **SELECTOR,
        **FAILURES,
        **TRANSITION,
        "Credentials": Field("Object", role="template"),
        "TimeoutSeconds": seconds(1),
        "TimeoutSecondsPath": CONTEXT_REFERENCE,
        "HeartbeatSeconds": seconds(1),
        "HeartbeatSecondsPath": CONTEXT_REFERENCE,
    },
    NEXT_OR_END,
    one_of("TimeoutSeconds", "TimeoutSecondsPath"),
    one_of("HeartbeatSeconds", "HeartbeatSecondsPath"),
)
_WAIT = _state(
    "Wait",
    {
        **INPUT_OUTPUT,
        **ASSIGN,
        **TRANSITION,
        "Seconds": seconds(0),
        "SecondsPath": CONTEXT_REFERENCE,
        "Timestamp": Field("String", role="timestamp", expression=True),
        "TimestampPath": CONTEXT_REFERENCE,
    },
    NEXT_OR_END,
    exactly_one_of("SecondsPath", "Seconds", "TimestampPath", "Timestamp"),
)
_CHOICE = _state(
    "Choice",
    {
        **INPUT_OUTPUT,
        **ASSIGN,
        "Choices": Field("Array", shape="ChoiceRule", required=True, filled=True),
        "Default": TEXT,
    },
)
_SUCCEED = _state("Succeed", INPUT_OUTPUT)
_FAIL = _state(
    "Fail",
    {"Error": WORDING, "Cause": WORDING, "ErrorPath": FUNCTION, "CausePath": FUNCTION},
    one_of("Error", "ErrorPath"),
    one_of("Cause", "CausePath"),
)
_PARALLEL = _state(
    "Parallel",
    {
        **INPUT_OUTPUT,
        **ASSIGN,
        **RESULT,
        **PARAMETERS,
        **ARGUMENTS,
        **SELECTOR,
        **FAILURES,
        **TRANSITION,
        "Branches": Field("Array", shape="Branch", required=True, filled=True),
    },
    NEXT_OR_END,
)
_MAP = _state(
    "Map",
    {
        **INPUT_OUTPUT,
        **ASSIGN,
        **RESULT,
        **PARAMETERS,
        **SELECTOR,
        **FAILURES,
        **TRANSITION,
        "ItemProcessor": Field("Object", shape="ItemProcessor"),
        "Iterator": Field("Object", shape="ItemProcessor"),
        "ItemsPath": CONTEXT_REFERENCE,
        "Items": Field("Any", "JSONata", "template"),
        "ItemSelector": TEMPLATE,
        "ItemReader": Field("Object", shape="ItemReader"),
        "ItemBatcher": Field("Object", shape="ItemBatcher"),
        "ResultWriter": Field("Object", shape="ResultWriter"),
        "MaxConcurrency": COUNT,
        "MaxConcurrencyPath": REFERENCE,
        "ToleratedFailureCount": COUNT,
        "ToleratedFailureCountPath": REFERENCE,
        "ToleratedFailurePercentage": Field("Number", minimum=0.0, maximum=100.0, expression=True),
        "ToleratedFailurePercentagePath": REFERENCE,
        "Label": TEXT,
    },
    NEXT_OR_END,
    exactly_one_of("ItemProcessor", "Iterator"),
    one_of("Parameters", "ItemSelector"),
    one_of("MaxConcurrency", "MaxConcurrencyPath"),
    one_of("ToleratedFailureCount", "ToleratedFailureCountPath"),
    one_of("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
)

STATE_SHAPES: Final = (_PASS, _TASK, _WAIT, _CHOICE, _SUCCEED, _FAIL, _PARALLEL, _MAP)
UNKNOWN_STATE: Final = Shape("State", COMMON, is_state=True)
"""A state whose Type is none."""
