"""Regular expressions that cannot hang: a search that takes too long fails.

The `regex` library reads what Java and JavaScript write, and stops by itself; `re` would go on for years on
`(a+)+b`. As in both, `\\d` and `\\w` are ASCII.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import regex

from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.limits import MAX_REGEX_SECONDS

_FLAGS: Final = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL, "x": regex.VERBOSE}


class BoundedRegex:
    """A compiled expression, with the methods of `re.Pattern` that are used; each may raise TimeoutError."""

    __slots__ = ("_pattern",)

    def __init__(self, pattern: str, flags: str = "") -> None:
        """`flags` are letters out of i, m, s, x. DefinitionError when it is no regular expression."""
        bits = regex.ASCII
        for letter in flags:
            bits |= _FLAGS[letter]
        try:
            self._pattern = regex.compile(pattern, bits)
        except (regex.error, OverflowError, RecursionError) as error:
            raise DefinitionError(f"/{pattern}/ is no regular expression: {error}") from error

    def matches(self, text: str) -> bool:
        """Whether all of the text matches."""
        return self._pattern.fullmatch(text, timeout=MAX_REGEX_SECONDS) is not None

    def search(self, text: str) -> Any:
        """The first match, or None."""
        return self._pattern.search(text, timeout=MAX_REGEX_SECONDS)

    def finditer(self, text: str) -> Iterator[Any]:
        """All matches."""
        return iter(self._pattern.finditer(text, timeout=MAX_REGEX_SECONDS))

    def sub(self, replacement: str, text: str) -> str:
        """The text with the matches replaced."""
        return str(self._pattern.sub(replacement, text, timeout=MAX_REGEX_SECONDS))

    def split(self, text: str) -> list[str]:
        """What stands between the matches."""
        return list(self._pattern.split(text, timeout=MAX_REGEX_SECONDS))
