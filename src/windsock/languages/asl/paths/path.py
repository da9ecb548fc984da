"""A path, compiled once and then followed often."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Self

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import DefinitionError, RuntimeFailure
from windsock.languages.asl.paths.segments import Child
from windsock.languages.asl.paths.steps import Steps
from windsock.languages.asl.paths.syntax import parse_steps
from windsock.languages.asl.values import MISSING
from windsock.languages.values import to_json

_VARIABLE: Final = re.compile(r"\$([^\W\d]\w*)")


class Root(Enum):
    """What a path starts from."""

    DOCUMENT = "$"
    CONTEXT = "$$"
    VARIABLES = "$name"


@dataclass(frozen=True, slots=True)
class Path:
    """A path. `definite` ones lead to one value, others give a list.

    `text` is as written, `field` what errors name: `InputPath`, or `name.$` in a payload template. `keys` are
    the names and indices that lead to the value, when it takes nothing else.
    """

    text: str
    field: str
    definite: bool
    root: Root
    steps: Steps
    keys: tuple[str | int, ...] | None
    _keys_are_names: bool

    @classmethod
    def parse(cls, text: str, field: str) -> Self:
        """Read a path; DefinitionError when it is none."""
        root, steps = _parse(text)
        keys = tuple([segment.key for segment in steps.segments if isinstance(segment, Child)])
        only_keys = len(keys) == len(steps.segments) and steps.function is None
        are_names = all(isinstance(key, str) for key in keys)
        return cls(text, field, steps.definite, root, steps, keys if only_keys else None, are_names)

    def find(self, document: Any, environment: Environment) -> Any:
        """What is there; MISSING when a definite path leads nowhere."""
        value = self.start(document, environment)
        if self.keys is None:
            return self.steps.follow(value, value)
        if not self._keys_are_names:
            return _follow(value, self.keys)
        try:
            # Nothing but an object can be asked for a name: the rest raises TypeError.
            for key in self.keys:
                value = value[key]
        except (KeyError, TypeError):
            return MISSING
        return value

    def select(self, document: Any, environment: Environment) -> Any:
        """What is there; RuntimeFailure when a definite path leads nowhere."""
        value = self.find(document, environment)
        if document is None and self.root is Root.DOCUMENT:
            raise RuntimeFailure("Unable to apply Path transformation to null or empty input.")
        if value is MISSING:
            searched = to_json(self.start(document, environment))
            raise RuntimeFailure(
                f"The JSONPath '{self.text}' specified for the field '{self.field}' could not be found"
                f" in the input '{searched}'"
            )
        return value

    def start(self, document: Any, environment: Environment) -> Any:
        """What the path is followed in."""
        if self.root is Root.DOCUMENT:
            return document
        return environment.context if self.root is Root.CONTEXT else environment.variables


def _parse(text: str) -> tuple[Root, Steps]:
    if text.startswith("$$"):
        return Root.CONTEXT, parse_steps(text, 2)
    if variable := _VARIABLE.match(text):
        steps = parse_steps(text, variable.end())
        return Root.VARIABLES, Steps.of([Child(variable[1]), *steps.segments], steps.function)
    if text.startswith("$"):
        return Root.DOCUMENT, parse_steps(text, 1)
    raise DefinitionError(f"Invalid path '{text}': a path begins with '$'")


def _follow(value: Any, keys: tuple[str | int, ...]) -> Any:
    try:
        for key in keys:
            # A string can be asked for an index too, so here the types have to be looked at.
            if isinstance(key, int) is not isinstance(value, list):
                return MISSING
            value = value[key]
    except (KeyError, IndexError, TypeError):
        return MISSING
    return value
