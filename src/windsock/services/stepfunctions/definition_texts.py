"""What the operations that describe a machine tell of the text of its definition.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html and
API_DescribeStateMachineForExecution beside it
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from windsock.languages.values import to_json

_NAME: Final = re.compile(r"(?<!\$)\$([^\W\d]\w*)")
_PATH_FIELDS: Final = ("Path", ".$")
_LINES: Final = ("Branches", "Iterator", "ItemProcessor")


@functools.lru_cache(maxsize=64)
def variable_references(definition: str) -> Mapping[str, list[str]]:
    """The variables by the state that refers to them, in order; states without any are left out.

    The machines below a state (branches, iterations) have states of their own.
    """
    states = dict(states_of(orjson.loads(definition)))
    assigned = {
        name.removesuffix(".$") for state in states.values() for each in _assigns(state) for name in each
    }
    referred = {name: sorted(set(_references(state)) & assigned) for name, state in states.items()}
    return {name: found for name, found in referred.items() if found}


def processor_of(definition: str, state: str) -> str:
    """What a distributed Map, by its name, runs for its items, as a definition of its own."""
    found = dict(states_of(orjson.loads(definition)))[state]
    processor = found.get("ItemProcessor") or found.get("Iterator") or {}
    return to_json({name: value for name, value in processor.items() if name != "ProcessorConfig"})


def states_of(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The states of a machine by name, with those of the machines below them."""
    for name, state in machine.get("States", {}).items():
        yield name, state
        for field in _LINES:
            below = state.get(field, ())
            for line in below if isinstance(below, list) else [below] if below else []:
                yield from states_of(line)


def _assigns(state: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for holder in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        if isinstance(holder.get("Assign"), dict):
            yield holder["Assign"]


def _references(value: Any, field: str = "") -> Iterator[str]:
    """The names after a dollar sign where a path or an expression may stand."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name not in _LINES:
                yield from _references(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each, field)
    elif isinstance(value, str) and _may_refer(value, field):
        yield from _NAME.findall(value)


def _may_refer(text: str, field: str) -> bool:
    return text.startswith("{%") or field == "Variable" or field.endswith(_PATH_FIELDS)
