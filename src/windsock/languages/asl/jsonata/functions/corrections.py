"""What jsonata-python has otherwise than JSONata, fails at in its own way, or lets swell."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from jsonata.functions import Functions
from jsonata.jexception import JException
from jsonata.utils import Utils

from windsock.languages.asl.jsonata.failures import MEMORY, LimitExceeded
from windsock.languages.asl.jsonata.natives import function
from windsock.languages.asl.jsonata.replacing import replace
from windsock.languages.asl.jsonata.values import to_integer
from windsock.languages.asl.limits import MAX_JSONATA_BYTES
from windsock.languages.asl.values import is_number, unique

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][-+]?\d{1,10})?", re.ASCII)
_DIGITS_IN_BASE: Final = re.compile(r"0x[\da-fA-F]{1,100}|0b[01]{1,100}|0o[0-7]{1,100}", re.IGNORECASE)


@function("number", "<(nsb)-:n>")
def number(value: Any) -> Any:
    """The number that a string spells, in JSON's way or as 0x1f, 0b1, 0o7; 1 and 0 for true and false."""
    if not isinstance(value, str):
        return Functions.number(value)
    if _NUMBER.fullmatch(value):
        return float(value)
    if _DIGITS_IN_BASE.fullmatch(value):
        return int(value, 0)
    raise JException("D3030", -1, value)


@function("parseInteger", "<s-s:n>")
def parse_integer(text: Any, picture: Any) -> Any:
    """The integer that a string spells as the picture says; NaN when it spells none."""
    try:
        return Functions.parse_integer(text, picture)
    except ValueError:
        return math.nan


@function("power", "<n-n:n>")
def power(base: Any, exponent: Any) -> Any:
    """The base to the power of the exponent."""
    try:
        return Functions.power(base, exponent)
    except (ArithmeticError, TypeError) as error:
        raise JException("D3061", -1, base, exponent) from error


@function("toMillis", "<s-s?:n>")
def to_millis(timestamp: Any, picture: Any) -> Any:
    """The instant of a timestamp in milliseconds since 1970."""
    try:
        return Functions.datetime_to_millis(timestamp, picture)
    except (ValueError, OverflowError) as error:
        raise JException("D3110", -1, timestamp) from error


@function("distinct", "<x:x>")
def distinct(values: Any) -> Any:
    """The array without what was in it before."""
    if not isinstance(values, list) or len(values) < 2:
        return values
    different = unique(values)
    return Utils.create_sequence_from_iter(different) if Utils.is_sequence(values) else different


@function("pad", "<s-ns?:s>")
def pad(text: Any, width: Any, filling: Any) -> Any:
    """The text filled up to a width, on its right, or on its left when the width is negative."""
    if is_number(width) and not abs(width) <= MAX_JSONATA_BYTES:
        raise LimitExceeded(MEMORY)
    return Functions.pad(text, width, filling)


@function("join", "<a<s>s?:s>")
def join(texts: Any, separator: Any) -> Any:
    """The texts as one, with the separator between them."""
    if texts is not None:
        length = sum(map(len, texts)) + len(texts) * len(separator or "")
        if length > MAX_JSONATA_BYTES:
            raise LimitExceeded(MEMORY)
    return Functions.join(texts, separator)


@function("replace", "<s-(sf)(sf)n?:s>")
def replace_(text: Any, pattern: Any, replacement: Any, limit: Any) -> Any:
    """The text with what the pattern matches replaced, at most `limit` times."""
    if text is None:
        return None
    if pattern == "":
        raise JException("D3010", -1)
    if limit is not None and limit < 0:
        raise JException("D3011", -1)
    return replace(text, pattern, replacement, to_integer(limit))
