"""Looking through payload templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from windsock.languages.json_places import Path

_PATH: Final = re.compile(r"\$(\$?[.\[].*)?|States\.\w+\(.*\)", re.DOTALL)


def looks_like_path(value: object) -> bool:
    """Whether a value seems meant as a JSONPath or a call of an intrinsic function."""
    return isinstance(value, str) and _PATH.fullmatch(value) is not None


def dynamic_keys(template: Any) -> Iterator[tuple[Path, str, Any]]:
    """Each key that ends in `.$`, with its value and the way to the object it is in."""
    for path, value in _walk(template):
        if isinstance(value, dict):
            for key, each in value.items():
                if key.endswith(".$"):
                    yield path, key, each


def static_texts(template: Any) -> Iterator[tuple[Path, str]]:
    """Each text that is taken as it is, with the way to it."""
    for path, value in _walk(template):
        if isinstance(value, str) and not (path and str(path[-1]).endswith(".$")):
            yield path, value


def texts(template: Any) -> Iterator[tuple[Path, str]]:
    """Each text, with the way to it."""
    for path, value in _walk(template):
        if isinstance(value, str):
            yield path, value


def _walk(template: Any) -> Iterator[tuple[Path, Any]]:
    waiting: list[tuple[Path, Any]] = [((), template)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting.extend(((*path, key), each) for key, each in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend(((*path, index), value[index]) for index in reversed(range(len(value))))
