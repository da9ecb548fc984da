"""JSONata's `$replace`. jsonata-python's replaces in what it put in itself, and lets the text swell."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from jsonata.functions import Functions
from jsonata.jexception import JException

from windsock.languages.asl.jsonata.failures import MEMORY, LimitExceeded
from windsock.languages.asl.limits import MAX_JSONATA_BYTES
from windsock.languages.asl.regexes import BoundedRegex

_DOLLAR: Final = re.compile(r"\$(\$|\d*)", re.ASCII)


def replace(text: str, pattern: str | BoundedRegex, replacement: Any, limit: int | None) -> str:
    """The text with the matches of the pattern replaced, at most `limit` of them.

    The replacement is a function of the match, or a string. After a regular expression, `$1` in a string is
    what its first group matched, `$0` the whole match, and `$$` a dollar.
    """
    matches = re.finditer(re.escape(pattern), text) if isinstance(pattern, str) else pattern.finditer(text)
    replaced = _replacer(pattern, replacement)
    pieces = []
    position = size = 0
    for match in islice(matches, limit):
        if match.start() == match.end():
            raise JException("D1004", -1)
        piece = replaced(match)
        pieces += [text[position : match.start()], piece]
        size += len(piece)
        if size > MAX_JSONATA_BYTES:
            raise LimitExceeded(MEMORY)
        position = match.end()
    return "".join([*pieces, text[position:]])


def _replacer(pattern: str | BoundedRegex, replacement: Any) -> Callable[[Any], str]:
    """What to put in the place of a match."""
    if not isinstance(replacement, str):
        return lambda match: _call(replacement, match)
    if isinstance(pattern, str) or "$" not in replacement:
        return lambda match: replacement
    return lambda match: _DOLLAR.sub(lambda place: _group(match, place[1]), replacement)


def _call(function: Any, match: Any) -> str:
    told = {"match": match[0], "start": match.start(), "end": match.end(), "groups": list(match.groups())}
    piece = Functions.func_apply(function, [told])
    if not isinstance(piece, str):
        raise JException("D3012", -1)
    return piece


def _group(match: Any, name: str) -> str:
    """What `$name` stands for: digits beyond the number of groups are text."""
    if not name or name == "$":
        return "$"
    groups = (match[0], *match.groups())
    digits = 1 if name[0] == "0" else len(str(max(1, len(groups) - 1)))
    if digits > 1 and int(name[:digits]) >= len(groups):
        digits -= 1
    index = int(name[:digits])
    return (groups[index] or "" if index < len(groups) else "") + name[digits:]
