"""StringMatches: a string of a form, `log-*.txt`. `\\*` is a star and `\\\\` a backslash."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from windsock.languages.asl.choices.registry import is_text, operator
from windsock.languages.asl.errors import RuntimeFailure
from windsock.languages.values import Wildcard

_PIECE: Final = re.compile(r"\\(?P<escaped>[*\\])|(?P<gap>\*+)|(?P<text>[^*\\]+)", re.DOTALL)


@operator("StringMatches", takes=is_text, and_path=False)
def string_matches(value: Any, form: Any) -> bool:
    """The string is of the form, in which a star stands for any characters, none included."""
    return isinstance(value, str) and _wildcard(form).matches(value)


@lru_cache(maxsize=1024)
def _wildcard(form: str) -> Wildcard:
    parts = [""]
    position = 0
    while position < len(form):
        piece = _PIECE.match(form, position)
        if piece is None:
            raise RuntimeFailure(f"The form '{form}' of StringMatches has a backslash that escapes nothing.")
        if piece["gap"]:
            parts.append("")
        else:
            parts[-1] += piece["escaped"] or piece["text"]
        position = piece.end()
    return Wildcard(tuple(parts))
