"""Compiling a definition: states make themselves known by kind, lines are made of states.

A module in `states/` registers how its kind is compiled with one decorator; nothing lists them by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from windsock.languages.asl import limits
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.flows.flow import Flow
from windsock.languages.asl.flows.jsonata import JsonataFlow
from windsock.languages.asl.flows.jsonpath import JsonPathFlow
from windsock.languages.asl.lines import Line, State

JSONATA: Final = "JSONata"
JSONPATH: Final = "JSONPath"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a definition a state is: its name, whether it and its machine speak JSONata, and how deep."""

    state: str
    jsonata: bool
    jsonata_machine: bool
    depth: int

    def flow(self, spec: Mapping[str, Any]) -> Flow:
        """The data flow of the state."""
        return JsonataFlow(spec) if self.jsonata else JsonPathFlow(spec)


CompileState = Callable[[Mapping[str, Any], Place], State]
_KINDS: dict[str, CompileState] = {}


def state_kind(kind: str) -> Callable[[CompileState], CompileState]:
    """Register how states of this Type are compiled."""

    def register(compile_state: CompileState) -> CompileState:
        _KINDS[kind] = compile_state
        return compile_state

    return register


def compile_line(spec: Any, *, jsonata: bool, depth: int = 0) -> Line:
    """The line of states that `{"StartAt": ..., "States": ...}` says. Raises DefinitionError."""
    if not isinstance(spec, Mapping):
        raise DefinitionError("A state machine must be a JSON object")
    if depth > limits.MAX_NESTING:
        raise DefinitionError(f"States are nested deeper than {limits.MAX_NESTING}")
    start, specs = spec.get("StartAt"), spec.get("States")
    if not isinstance(start, str) or not isinstance(specs, Mapping) or start not in specs:
        raise DefinitionError("StartAt must name one of States")
    jsonata = speaks_jsonata(spec, jsonata)
    states = {name: _compile_state(specs[name], Place(name, jsonata, jsonata, depth)) for name in specs}
    for name, state in states.items():
        for following in state.goes_to():
            if following not in states:
                raise DefinitionError(f"State {name} goes to {following}, which is not there")
    return Line(start, states)


def speaks_jsonata(spec: Mapping[str, Any], otherwise: bool) -> bool:
    """Which query language the machine or state is in. Raises DefinitionError."""
    language = spec.get("QueryLanguage")
    if language is None:
        return otherwise
    if language not in (JSONATA, JSONPATH):
        raise DefinitionError("QueryLanguage must be JSONPath or JSONata")
    if language == JSONPATH and otherwise:
        raise DefinitionError("QueryLanguage can not be JSONPath if set to JSONata for whole state machine")
    return bool(language == JSONATA)


def following(spec: Mapping[str, Any]) -> str | None:
    """The Next of a state; None when it ends its line. Raises DefinitionError."""
    after, end = spec.get("Next"), spec.get("End", False)
    if isinstance(after, str) and end is False:
        return after
    if after is None and end is True:
        return None
    raise DefinitionError("A state needs either Next or End")


def _compile_state(spec: Any, place: Place) -> State:
    if not isinstance(spec, Mapping):
        raise DefinitionError(f"State {place.state} must be a JSON object")
    if len(place.state) > limits.MAX_STATE_NAME:
        raise DefinitionError(f"The name of a state is longer than {limits.MAX_STATE_NAME} characters")
    kind = spec.get("Type")
    compile_state = _KINDS.get(kind) if isinstance(kind, str) else None
    if compile_state is None:
        raise DefinitionError(f"State {place.state} has an unknown Type")
    try:
        return compile_state(spec, replace(place, jsonata=speaks_jsonata(spec, place.jsonata)))
    except DefinitionError as error:
        raise DefinitionError(f"State {place.state}: {error}") from None
