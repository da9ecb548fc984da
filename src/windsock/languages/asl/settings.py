"""Numbers of a state that can be written three ways: as they are, as a path (`...Path`), or in JSONata."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl.errors import DefinitionError, RuntimeFailure
from windsock.languages.asl.jsonata import JsonataTemplate
from windsock.languages.asl.paths import Path
from windsock.languages.asl.values import is_number
from windsock.languages.values import to_json

if TYPE_CHECKING:
    from windsock.languages.asl.document import Document
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn

Check = Callable[[float, str], None]
"""Refuses a number that the field cannot take, by RuntimeFailure; also told the name of the field."""


class Setting:
    """A number that is known, or found when the state is entered."""

    __slots__ = ("_check", "_name", "_source", "_whole")

    def __init__(
        self, name: str, source: float | Path | JsonataTemplate, whole: bool, check: Check | None
    ) -> None:
        self._name = name
        self._source = source
        self._whole = whole
        self._check = check

    @classmethod
    def compile(
        cls,
        spec: Mapping[str, Any],
        name: str,
        *,
        jsonata: bool,
        whole: bool = True,
        check: Check | None = None,
    ) -> Setting | None:
        """The setting `name` or `namePath` of a state; None when it has neither."""
        value = spec.get(name)
        path = None if jsonata else spec.get(f"{name}Path")
        if path is not None:
            if not isinstance(path, str):
                raise DefinitionError(f"{name}Path must be a path")
            return cls(name, Path.parse(path, field=f"{name}Path"), whole, check)
        if value is None:
            return None
        if jsonata and isinstance(value, str):
            return cls(name, JsonataTemplate.compile(value, field=name), whole, check)
        if not is_number(value) or (whole and value != value // 1):
            raise DefinitionError(f"{name} must be {'an integer' if whole else 'a number'}")
        return cls(name, value, whole, check)

    def evaluate(self, turn: Turn, frame: Frame, document: Document) -> float:
        """The number. Raises StatesError when what is found is none, or one the field cannot take."""
        number = self._find(turn, frame, document)
        if self._check is not None:
            self._check(number, self._name)
        return number

    def _find(self, turn: Turn, frame: Frame, document: Document) -> float:
        source = self._source
        if isinstance(source, int | float):
            return source
        environment = turn.environment(frame)
        if isinstance(source, Path):
            found = source.select(document.value, environment)
            shown = found if isinstance(found, str) else to_json(found)
            problem = f'The {self._name}Path field refers to value "{shown}" which is not a valid'
            place = f": {source.text}"
        else:
            found = source.evaluate_as("number", {"input": frame.input.value}, environment)
            problem, place = f"The {self._name} field has the value {found} which is not a valid", ""
        number = number_of(found, self._whole)
        if number is None:
            raise RuntimeFailure(f"{problem} {'integer' if self._whole else 'float'}{place}")
        return number


def number_of(value: Any, whole: bool) -> float | None:
    """The number that a value is or spells, or None."""
    if isinstance(value, str):
        try:
            return int(value) if whole else float(value)
        except ValueError:
            return None
    if not is_number(value):
        return None
    if whole:
        return int(value) if isinstance(value, int) or value.is_integer() else None
    return value
