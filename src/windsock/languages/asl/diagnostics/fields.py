"""The words in which shapes are written: fields, groups of them, shapes; and the fields of many objects.

Sources: https://states-language.net/ and "Amazon States Language" in the AWS Step Functions Developer Guide;
which state takes which field, and the ranges, are what ValidateStateMachineDefinition was seen to accept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

Language = Literal["JSONPath", "JSONata"]
Type = Literal["Any", "String", "Integer", "Number", "Boolean", "Object", "Array"]
Role = Literal["path", "result", "reference", "context reference", "function", "template", "timestamp"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `language` is the only query language that has it.

    `role` says what its text is: a JSONPath (`path`); one to a single node of the input (`result`), of that
    or a variable (`reference`), or of the context object too (`context reference`); a path or a call of an
    intrinsic function (`function`); a payload template; a timestamp. `expression` allows a JSONata expression
    in place of the value. `shape` names the shape of the object, or of the array's elements.
    """

    type: Type
    language: Language | None = None
    role: Role | None = None
    shape: str | None = None
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    expression: bool = False
    nullable: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of which an object has at most one, or exactly one."""

    fields: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of object. `is_state` and `is_machine` tell the eight kinds of states and what has States."""

    name: str
    fields: Mapping[str, Field]
    groups: tuple[Group, ...] = ()
    is_state: bool = False
    is_machine: bool = False


SECONDS: Final = 99_999_999
DELAY_SECONDS: Final = 31_622_400
ITEMS: Final = 100_000_000
BATCH_BYTES: Final = 262_144

TEXT = Field("String")
WORDING = Field("String", expression=True)
PATH = Field("String", "JSONPath", "path", nullable=True)
REFERENCE = Field("String", "JSONPath", "reference")
CONTEXT_REFERENCE = Field("String", "JSONPath", "context reference")
FUNCTION = Field("String", "JSONPath", "function")
JSONPATH_TEMPLATE = Field("Any", "JSONPath", "template")
JSONATA_TEMPLATE = Field("Any", "JSONata", "template")
TEMPLATE = Field("Any", role="template")
COUNT = Field("Integer", minimum=0, expression=True)


def seconds(least: int) -> Field:
    """A number of seconds."""
    return Field("Integer", minimum=least, maximum=SECONDS, expression=True)


def one_of(*names: str) -> Group:
    """At most one of these fields."""
    return Group(names)


def exactly_one_of(*names: str) -> Group:
    """Exactly one of these fields."""
    return Group(names, required=True)


LANGUAGE = Field("String", values=("JSONPath", "JSONata"))
STATES = {"States": Field("Object", required=True, filled=True), "StartAt": replace(TEXT, required=True)}
COMMON = {"Type": TEXT, "Comment": TEXT, "QueryLanguage": LANGUAGE}
INPUT_OUTPUT = {"InputPath": PATH, "OutputPath": PATH, "Output": JSONATA_TEMPLATE}
ASSIGN = {"Assign": Field("Object", role="template")}
RESULT = {"ResultPath": Field("String", "JSONPath", "result", nullable=True)}
SELECTOR = {"ResultSelector": JSONPATH_TEMPLATE}
PARAMETERS = {"Parameters": JSONPATH_TEMPLATE}
ARGUMENTS = {"Arguments": JSONATA_TEMPLATE}
TRANSITION = {"Next": TEXT, "End": Field("Boolean")}
FAILURES = {"Retry": Field("Array", shape="Retrier"), "Catch": Field("Array", shape="Catcher")}
NEXT_OR_END = exactly_one_of("Next", "End")
