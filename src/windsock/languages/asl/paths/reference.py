"""Reference paths: where a ResultPath puts a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from windsock.languages.asl.errors import DefinitionError, ReferencePathConflict
from windsock.languages.asl.paths.path import Path, Root
from windsock.languages.values import to_json


@dataclass(frozen=True, slots=True)
class ReferencePath:
    """A path that names one place: `$`, `$.a.b`, `$['a b'].c`, `$.error-info`, `$.list[0]`."""

    text: str
    keys: tuple[str | int, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one; DefinitionError for what is none, or can lead to several places."""
        path = Path.parse(text, "ResultPath")
        if path.keys is None or path.root is not Root.DOCUMENT:
            raise DefinitionError(f"'{text}' is no Reference Path")
        return cls(text, path.keys)

    def put(self, document: Any, value: Any) -> Any:
        """The document with `value` there, objects that are missing on the way included.

        ReferencePathConflict when the way leads through what is no object, or to a missing element.
        """
        return self._put(document, document, 0, value)

    def _put(self, document: Any, place: Any, depth: int, value: Any) -> Any:
        if depth == len(self.keys):
            return value
        key = self.keys[depth]
        if isinstance(key, str) and isinstance(place, dict):
            # A new object is made for a missing one, and for null: nothing would be lost.
            inner = place.get(key)
            return {**place, key: self._put(document, {} if inner is None else inner, depth + 1, value)}
        if isinstance(key, int) and isinstance(place, list) and -len(place) <= key < len(place):
            copy = place.copy()
            copy[key] = self._put(document, place[key], depth + 1, value)
            return copy
        raise ReferencePathConflict(f"Unable to apply ReferencePath {self.text} to input {to_json(document)}")
