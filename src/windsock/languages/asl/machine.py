"""A compiled state machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import windsock.languages.asl.states  # noqa: F401 -- importing registers the kinds of states
from windsock.languages.asl import limits
from windsock.languages.asl.compiling import compile_line, speaks_jsonata
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.lines import Line, State
from windsock.languages.asl.values import is_number, read_json


class Machine:
    """A definition, checked and ready to run. Immutable; shared by all its executions."""

    __slots__ = ("_states", "line", "timeout_seconds")

    def __init__(self, line: Line, timeout_seconds: int | None = None) -> None:
        self._states = dict(_states(line))
        self.line = line
        self.timeout_seconds = timeout_seconds
        """After how long an execution times out, if ever."""

    def processor(self, state: str) -> Machine:
        """The machine of the child executions of a distributed Map. Raises KeyError for no such state."""
        return Machine(self._states[state].lines()[0])

    @classmethod
    def compile(cls, definition: str | Mapping[str, Any]) -> Machine:
        """Raises DefinitionError when it is no state machine."""
        if isinstance(definition, str):
            try:
                definition = read_json(definition)
            except ValueError as error:
                raise DefinitionError("A state machine must be a JSON object") from error
        if not isinstance(definition, Mapping):
            raise DefinitionError("A state machine must be a JSON object")
        timeout = definition.get("TimeoutSeconds")
        if timeout is not None:
            if not is_number(timeout) or not 0 <= timeout <= limits.MAX_WAIT_SECONDS or timeout % 1:
                raise DefinitionError("TimeoutSeconds must be a whole number of seconds")
            timeout = int(timeout)
        line = compile_line(definition, jsonata=speaks_jsonata(definition, False))
        repeated = [name for name, times in Counter(name for name, _ in _states(line)).items() if times > 1]
        if repeated:
            raise DefinitionError(f"There is more than one state {repeated[0]}")
        return cls(line, timeout)


def _states(line: Line) -> Iterator[tuple[str, State]]:
    """All states of a line and of those below it, with their names."""
    for name, state in line.states.items():
        yield name, state
        for below in state.lines():
            yield from _states(below)
