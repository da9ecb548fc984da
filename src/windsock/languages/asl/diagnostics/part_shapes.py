"""What machines, choice rules, retriers, catchers and the parts of Map states may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from windsock.languages.asl.diagnostics.fields import (
    ARGUMENTS,
    ASSIGN,
    BATCH_BYTES,
    CONTEXT_REFERENCE,
    COUNT,
    DELAY_SECONDS,
    ITEMS,
    JSONATA_TEMPLATE,
    LANGUAGE,
    PARAMETERS,
    REFERENCE,
    RESULT,
    SECONDS,
    STATES,
    TEMPLATE,
    TEXT,
    Field,
    Shape,
    one_of,
)

_TEXT_TEST = Field("String", "JSONPath")
_NUMBER_TEST = Field("Number", "JSONPath")
_TIMESTAMP_TEST = Field("String", "JSONPath", "timestamp")
_BOOLEAN_TEST = Field("Boolean", "JSONPath")
_ORDERED = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
_KINDS = ("Null", "Present", "Numeric", "String", "Boolean", "Timestamp")
_ORDERED_TESTS = {"String": _TEXT_TEST, "Numeric": _NUMBER_TEST, "Timestamp": _TIMESTAMP_TEST}

COMPARISONS: Final[Mapping[str, Field]] = {
    **{f"{kind}{order}": test for kind, test in _ORDERED_TESTS.items() for order in _ORDERED},
    **{f"{kind}{order}Path": CONTEXT_REFERENCE for kind in _ORDERED_TESTS for order in _ORDERED},
    "StringMatches": _TEXT_TEST,
    "BooleanEquals": _BOOLEAN_TEST,
    "BooleanEqualsPath": CONTEXT_REFERENCE,
    **{f"Is{kind}": _BOOLEAN_TEST for kind in _KINDS},
}
"""The comparison operators of a choice rule, with their operands."""

_TESTS = {
    "Comment": TEXT,
    "And": Field("Array", "JSONPath", shape="NestedChoiceRule", filled=True),
    "Or": Field("Array", "JSONPath", shape="NestedChoiceRule", filled=True),
    "Not": Field("Object", "JSONPath", shape="NestedChoiceRule"),
    "Variable": CONTEXT_REFERENCE,
    **COMPARISONS,
}

_ERRORS = Field("Array", required=True, filled=True)
_READER_SOURCE = {"Resource": replace(TEXT, required=True), **PARAMETERS, **ARGUMENTS}

PART_SHAPES: Final = (
    Shape(
        "StateMachine",
        {
            "Comment": TEXT,
            "QueryLanguage": LANGUAGE,
            "Version": Field("String", values=("1.0",)),
            "TimeoutSeconds": Field("Integer", minimum=0, maximum=SECONDS),
            **STATES,
        },
        is_machine=True,
    ),
    Shape("Branch", {"Comment": TEXT, **STATES}, is_machine=True),
    Shape(
        "ItemProcessor",
        {"Comment": TEXT, "ProcessorConfig": Field("Object", shape="ProcessorConfig"), **STATES},
        is_machine=True,
    ),
    Shape(
        "ProcessorConfig",
        {
            "Mode": Field("String", values=("INLINE", "DISTRIBUTED")),
            "ExecutionType": Field("String", values=("STANDARD", "EXPRESS")),
        },
    ),
    Shape(
        "ChoiceRule",
        {
            **_TESTS,
            **ASSIGN,
            "Condition": Field("Boolean", "JSONata", expression=True),
            "Output": JSONATA_TEMPLATE,
            "Next": replace(TEXT, required=True),
        },
    ),
    Shape("NestedChoiceRule", _TESTS),
    Shape(
        "Retrier",
        {
            "Comment": TEXT,
            "ErrorEquals": _ERRORS,
            "IntervalSeconds": Field("Integer", minimum=0, maximum=SECONDS),
            "MaxAttempts": Field("Integer", minimum=0, maximum=SECONDS),
            "BackoffRate": Field("Number", minimum=1.0),
            "MaxDelaySeconds": Field("Integer", minimum=1, maximum=DELAY_SECONDS),
            "JitterStrategy": Field("String", values=("NONE", "FULL")),
        },
    ),
    Shape(
        "Catcher",
        {
            "Comment": TEXT,
            "ErrorEquals": _ERRORS,
            "Next": replace(TEXT, required=True),
            **ASSIGN,
            **RESULT,
            "Output": JSONATA_TEMPLATE,
        },
    ),
    Shape("ItemReader", {**_READER_SOURCE, "ReaderConfig": Field("Object", shape="ReaderConfig")}),
    Shape(
        "ReaderConfig",
        {
            "InputType": Field("String"),
            "Transformation": Field("String", values=("NONE", "LOAD_AND_FLATTEN")),
            "ManifestType": Field("String", values=("ATHENA_DATA", "S3_INVENTORY")),
            "CSVHeaderLocation": Field("String", values=("FIRST_ROW", "GIVEN")),
            "CSVHeaders": Field("Array"),
            "CSVDelimiter": Field("String", values=("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")),
            "ItemsPointer": TEXT,
            "MaxItems": Field("Integer", minimum=0, maximum=ITEMS, expression=True),
            "MaxItemsPath": REFERENCE,
        },
        (one_of("MaxItems", "MaxItemsPath"),),
    ),
    Shape(
        "ItemBatcher",
        {
            "BatchInput": TEMPLATE,
            "MaxItemsPerBatch": COUNT,
            "MaxItemsPerBatchPath": REFERENCE,
            "MaxInputBytesPerBatch": replace(COUNT, maximum=BATCH_BYTES),
            "MaxInputBytesPerBatchPath": REFERENCE,
        },
        (
            one_of("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
            one_of("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
        ),
    ),
    Shape(
        "ResultWriter",
        {
            "Resource": TEXT,
            **PARAMETERS,
            **ARGUMENTS,
            "WriterConfig": Field("Object", shape="WriterConfig"),
        },
    ),
    Shape(
        "WriterConfig",
        {
            "Transformation": Field("String", values=("NONE", "COMPACT", "FLATTEN")),
            "OutputType": Field("String", values=("JSON", "JSONL")),
        },
    ),
)
