"""Values of the wrong type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A value has the type of its field: `TimeoutSeconds` is an integer, `Choices` an array of objects."""
    for name, field, value in node.fields():
        if node.is_expression(field, value) or (value is None and field.nullable):
            continue
        if not _IS[field.type](value):
            yield Finding(f"Expected value of type {field.type}", name)
        elif field.type == "Array" and field.shape is not None:
            for index, element in enumerate(value):
                if not isinstance(element, dict):
                    yield Finding("Expected value of type Object", name, index)
    if node.shape.is_machine and isinstance(node.value.get("States"), dict):
        for state, value in node.value["States"].items():
            if not isinstance(value, dict):
                yield Finding("Expected value of type Object", "States", state)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    return _is_number(value) and value == int(value)  # type: ignore[call-overload]


_IS: Final[Mapping[str, Callable[[object], bool]]] = {
    "Any": lambda value: True,
    "String": lambda value: isinstance(value, str),
    "Integer": _is_integer,
    "Number": _is_number,
    "Boolean": lambda value: isinstance(value, bool),
    "Object": lambda value: isinstance(value, dict),
    "Array": lambda value: isinstance(value, list),
}
