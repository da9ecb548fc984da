"""The regular expressions of the service models, as Python compiles them.

AWS matches them against the whole value, in Java's syntax: `\\d`, `\\w` and `\\s` are ASCII,
`\\p{...}` are Unicode categories or POSIX classes, `\\uD800\\uDC00` is one character.
Source: https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html and, for the models,
https://smithy.io/2.0/spec/constraint-traits.html#pattern-trait
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

_POSIX: Final[Mapping[str, str]] = {
    "ASCII": r"\x00-\x7f",
    "Alnum": "A-Za-z0-9",
    "Alpha": "A-Za-z",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "Digit": "0-9",
    "Graph": r"\x21-\x7e",
    "Lower": "a-z",
    "Print": r"\x20-\x7e",
    "Punct": r"!-/:-@\[-`{-~",
    "Space": r" \t\n\x0b\f\r",
    "Upper": "A-Z",
    "XDigit": "0-9a-fA-F",
}
_ALIASES: Final[Mapping[str, str]] = {
    "IsAlphabetic": "L",
    "IsDigit": "Nd",
    "IsLetter": "L",
    "IsLetterOrDigit": "L N",
    "IsPunctuation": "P",
    "LD": "L Nd",
    "Letter": "L",
    "Script=Latin": "L",
    "IsLatin": "L",
}

# Where code points are assigned: planes 4 to 13 are empty, and what follows in plane 14 is not text.
# Source: https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-2/#G286941
_ASSIGNED: Final = (range(0x40000), range(0xE0000, 0xE01F0))

_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_CODE_POINT = re.compile(r"\\x\{([0-9a-fA-F]{1,6})\}|\\u\{([0-9a-fA-F]{1,6})\}")
_PART = re.compile(r"\\[pP](?:\{\^?[^}]+\}|[A-Z])|\\.|.", re.DOTALL)

# Signs that Python warns of inside a class, since they may come to mean set operations.
_RESERVED_IN_CLASS: Final = frozenset("[&|~")

# After these a hyphen cannot begin a range: Java takes it as itself, Python refuses it.
_CLASS_ESCAPES: Final = frozenset({r"\w", r"\W", r"\d", r"\D", r"\s", r"\S"})


@functools.cache
def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """The pattern ready for `fullmatch`; None where Python cannot express it, so nothing is refused."""
    try:
        return re.compile(_translated(pattern), re.ASCII)
    except (re.error, ValueError, OverflowError):
        return None


def _translated(pattern: str) -> str:
    pattern = _SURROGATES.sub(_joined_surrogates, pattern)
    pattern = _CODE_POINT.sub(lambda match: f"\\U{int(match[1] or match[2], 16):08x}", pattern)
    pieces: list[str] = []
    in_class = False
    previous = ""
    for part in _PART.findall(pattern):
        if part[:2] in (r"\p", r"\P"):
            pieces.append(_property(part, in_class=in_class))
        elif part == r"\z":
            pieces.append(r"\Z")
        elif in_class and (part in _RESERVED_IN_CLASS or (part == "-" and previous in _CLASS_ESCAPES)):
            pieces.append("\\" + part)
        else:
            pieces.append(part)
            in_class = part == "[" or (in_class and part != "]")
        previous = part
    return "".join(pieces)


def _joined_surrogates(match: re.Match[str]) -> str:
    high, low = int(match[1], 16), int(match[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _property(part: str, *, in_class: bool) -> str:
    name = part[2:].strip("{}")
    negated = (part[1] == "P") != name.startswith("^")
    ranges = _class_of(name.removeprefix("^"), negated=negated)
    return ranges if in_class else f"[{ranges}]"


def _class_of(name: str, *, negated: bool) -> str:
    if name in _POSIX:
        if negated:
            raise ValueError(f"\\P{{{name}}} inside a class")
        return _POSIX[name]
    categories = _ALIASES.get(name, name.removeprefix("Is")).split()
    chosen = [key for key in _categories() if any(key.startswith(wanted) for wanted in categories)]
    if not chosen:
        raise ValueError(f"unknown category {name}")
    spans = sorted(span for key in chosen for span in _categories()[key])
    return _written(_complement(spans) if negated else spans)


def _complement(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    gaps = []
    following = 0
    for first, last in spans:
        if first > following:
            gaps.append((following, first - 1))
        following = max(following, last + 1)
    if following <= sys.maxunicode:
        gaps.append((following, sys.maxunicode))
    return gaps


def _written(spans: Iterable[tuple[int, int]]) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


@functools.cache
def _categories() -> Mapping[str, list[tuple[int, int]]]:
    """The spans of code points of each Unicode category."""
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    following = 0
    for assigned in _ASSIGNED:
        if following < assigned.start:
            spans["Cn"].append((following, assigned.start - 1))
        points = enumerate(map(unicodedata.category, map(chr, assigned)), assigned.start)
        start, current = next(points)
        for point, category in points:
            if category != current:
                spans[current].append((start, point - 1))
                start, current = point, category
        spans[current].append((start, assigned.stop - 1))
        following = assigned.stop
    spans["Cn"].append((following, sys.maxunicode))
    return spans
