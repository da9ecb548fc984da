"""Where in a pattern's text AWS says a fault is.

AWS's messages end with the place its parser (Jackson) had reached, which is the end of the token it had
consumed. Only needed once a pattern is known to be wrong, so the text is scanned again then and not before.
"""

from __future__ import annotations

import re

from windsock.languages.json_places import jackson_place
from windsock.languages.patterns.errors import Moment

_TOKEN = re.compile(r'[ \t\r\n]*(?:("(?:[^"\\]|\\.)*")|([{\[])|([}\]])|[,:]|([^\s,:{}\[\]"]+))', re.DOTALL)
_STRING, _OPEN, _CLOSE, _WORD = 1, 2, 3, 4


def place(text: str, offset: int) -> str:
    """What AWS adds to a message: Jackson's description of the place before the character at `offset`."""
    return f"\n at {jackson_place(text, offset)}"


def position_of(text: str, path: tuple[int, ...], moment: Moment) -> int:
    """Offset that the parser has reached at the given moment of the value that `path` leads to.

    `path` numbers members and elements from the outermost value inwards; `text` is valid JSON.
    """
    tokens = [match for match in _TOKEN.finditer(text) if match.lastindex is not None]
    at = 0
    for index in path:
        is_object = tokens[at][_OPEN] == "{"
        at += 1
        for _ in range(index):
            at = _after(tokens, at + is_object)
        at += is_object
    if moment is Moment.CLOSED:
        return tokens[_after(tokens, at) - 1].end()
    started_string = tokens[at].lastindex == _STRING and moment is Moment.STARTED
    return tokens[at].start(_STRING) + 1 if started_string else tokens[at].end()


def _after(tokens: list[re.Match[str]], at: int) -> int:
    """Number of the token that follows the value that starts at token `at`."""
    depth = 0
    while True:
        depth += (tokens[at].lastindex == _OPEN) - (tokens[at].lastindex == _CLOSE)
        at += 1
        if depth == 0:
            return at
