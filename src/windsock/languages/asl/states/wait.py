"""Wait: lets time pass, for some seconds or until an instant.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.asl import limits
from windsock.languages.asl.compiling import Place, following, state_kind
from windsock.languages.asl.errors import DefinitionError, QueryEvaluationError, RuntimeFailure
from windsock.languages.asl.happenings import Happening, TimerFired
from windsock.languages.asl.jsonata import JsonataTemplate
from windsock.languages.asl.lines import State
from windsock.languages.asl.paths import Path
from windsock.languages.asl.timestamps import parse_timestamp
from windsock.languages.asl.values import MISSING, is_number
from windsock.languages.values import to_json

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn

WAIT: Final = "wait"
_FIELDS: Final = ("Seconds", "Timestamp", "SecondsPath", "TimestampPath")


@state_kind("Wait")
class Wait(State):
    """See the module."""

    kind = "Wait"
    aborted_type = "WaitStateAborted"

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(place.state, following(spec))
        self._flow = place.flow(spec)
        given = [name for name in _FIELDS if name in spec]
        if len(given) != 1:
            raise DefinitionError(f"A Wait needs one of {', '.join(_FIELDS)}")
        self._field = name = given[0]
        value = spec[name]
        self._source: int | Path | JsonataTemplate
        if name.endswith("Path"):
            if place.jsonata or not isinstance(value, str):
                raise DefinitionError(f"{name} must be a path, in JSONPath mode")
            self._source = Path.parse(value, field=name)
        elif place.jsonata and isinstance(value, str) and value.startswith("{%"):
            self._source = JsonataTemplate.compile(value, field=name)
        else:
            milliseconds = self._read(value)
            if milliseconds is None:
                raise DefinitionError(f"{name} is not valid")
            self._source = milliseconds

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        milliseconds = self._find(turn, frame)
        due = frame.entered_ms + milliseconds if self._field.startswith("Seconds") else milliseconds
        if due <= turn.now_ms:
            self._finish(turn, frame)
        else:
            turn.wait(frame, WAIT)
            turn.timer(frame, WAIT, due)

    def resume(self, turn: Turn, frame: Frame, happening: Happening) -> None:
        """See State."""
        if isinstance(happening, TimerFired) and frame.waiting == WAIT:
            frame.timers = False
            self._finish(turn, frame)

    def _finish(self, turn: Turn, frame: Frame) -> None:
        output, assigned = self._flow.leave(turn, frame, self._flow.input(turn, frame))
        turn.leave(frame, self, self.following, output, assigned)

    def _find(self, turn: Turn, frame: Frame) -> int:
        """How long, or until when, in milliseconds. Raises StatesError."""
        source = self._source
        if isinstance(source, int):
            return source
        environment = turn.environment(frame)
        if isinstance(source, Path):
            found = source.find(self._flow.input(turn, frame).value, environment)
            if found is MISSING:
                raise RuntimeFailure(
                    f"The {self._field} parameter does not reference an input value: {source.text}"
                )
            milliseconds = self._read(found)
            if milliseconds is None:
                shown = found if isinstance(found, str) else to_json(found)
                problem = _problem(self._field, found)
                raise RuntimeFailure(f"The {self._field} parameter {problem}: {source.text} == {shown}")
            return milliseconds
        kind = "number" if self._field == "Seconds" else "string"
        found = source.evaluate_as(kind, {"input": frame.input.value}, environment)
        milliseconds = self._read(found)
        if milliseconds is None:
            problem = f"The {self._field} field {_problem(self._field, found)}: {to_json(found)}"
            raise QueryEvaluationError(problem, self._field)
        return milliseconds

    def _read(self, value: Any) -> int | None:
        """The milliseconds that a value of the field says; None when it says none."""
        return _seconds_ms(value) if self._field.startswith("Seconds") else _instant_ms(value)


def _problem(field: str, value: Any) -> str:
    """What AWS has against a value."""
    if field.startswith("Timestamp"):
        return "does not reference a valid ISO-8601 extended offset date-time format string"
    if is_number(value) and value < 0:
        return "references a negative value"
    return "cannot be parsed as a long value"


def _seconds_ms(value: Any) -> int | None:
    """Milliseconds of a whole number of seconds; AWS waits no longer than its limit."""
    if not is_number(value) or value < 0 or value != value // 1:
        return None
    return int(min(value, limits.MAX_WAIT_SECONDS)) * 1000


def _instant_ms(value: Any) -> int | None:
    """Milliseconds since 1970 of a timestamp."""
    nanoseconds = parse_timestamp(value) if isinstance(value, str) else None
    return None if nanoseconds is None else -(-nanoseconds // 1_000_000)
