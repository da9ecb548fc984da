"""The functions that Step Functions adds to JSONata, and those that jsonata-python has otherwise.

"JSONata functions provided by Step Functions" in
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html. As measured at AWS, numbers are
cut, not rounded, to integers, and some arguments that make no sense give nothing (undefined).
"""

from __future__ import annotations

import inspect
import math
import random
import re
import uuid
from collections.abc import Callable
from typing import Any, Final

from jsonata.functions import Functions
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.signature import Signature
from jsonata.utils import Utils

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.jsonata.failures import MEMORY, LimitExceeded
from windsock.languages.asl.jsonata.replacing import replace
from windsock.languages.asl.jsonata.values import with_nulls
from windsock.languages.asl.limits import MAX_JSONATA_BYTES, MAX_JSONATA_RANGE
from windsock.languages.asl.regexes import BoundedRegex
from windsock.languages.asl.values import HASHES, is_number, read_json, unique

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][-+]?\d{1,10})?", re.ASCII)
_DIGITS_IN_BASE: Final = re.compile(r"0x[\da-fA-F]{1,100}|0b[01]{1,100}|0o[0-7]{1,100}", re.IGNORECASE)
_Body = Callable[..., Any]


class _Native(Jsonata.JNativeFunction):  # type: ignore[misc] # the library has no types
    """A function that Python does, whose work counts as steps of the evaluation."""

    def __init__(self, name: str, signature: Signature, body: _Body, arity: int) -> None:
        # Not the library's own: that would look the body up by its name.
        self.function_name = name
        self.signature = signature
        self.method = body
        self.nargs = arity

    def call(self, input: Any, args: Any) -> Any:  # noqa: A002
        """The result for the values of the arguments."""
        Jsonata.CURRENT.jsonata.spend(1 + sum(map(_effort, args)))
        return super().call(input, args)


FUNCTIONS: Final = Jsonata.Frame(None)
"""What every expression may call: all that the library has but `$eval`, and what is registered here."""

for _name, _native in Jsonata.static_frame.bindings.items():
    if _name != "eval":
        FUNCTIONS.bind(_name, _Native(_name, _native.signature, _native.method, _native.nargs))


def _effort(argument: Any) -> int:
    """How many steps an argument is worth, about what Python takes to go through it."""
    if isinstance(argument, list):
        return len(argument) // 4
    if isinstance(argument, BoundedRegex):
        return 50
    return len(argument) // 64 if isinstance(argument, str) else 0


def _function(name: str, signature: str) -> Callable[[_Body], _Body]:
    """Register a function with a JSONata signature; arguments that are missing are None, null is NULL."""

    def register(body: _Body) -> _Body:
        arity = len(inspect.signature(body).parameters)
        FUNCTIONS.bind(name, _Native(name, Signature(signature, name), body, arity))
        return body

    return register


@_function("partition", "<an:a>")
def partition(values: Any, size: Any) -> Any:
    """The array in chunks of `size`; the last may be smaller."""
    size = _integer(size)
    if not values or not size or size < 0:
        return None
    return [list(values[start : start + size]) for start in range(0, len(values), size)]


@_function("range", "<nnn?:a>")
def range_(first: Any, last: Any, step: Any) -> Any:
    """The numbers from `first` to `last`, a step apart; a single one by itself."""
    first, last, step = _integer(first), _integer(last), _integer(step)
    if first is None or last is None or not step:
        return None
    numbers = range(first, last + (1 if step > 0 else -1), step)
    if len(numbers) > MAX_JSONATA_RANGE:
        raise LimitExceeded(MEMORY)
    return Utils.create_sequence_from_iter(numbers)


@_function("hash", "<ss?:s>")
def hash_(text: Any, algorithm: Any) -> Any:
    """The hash of a text's UTF-8, in hexadecimal."""
    if text is None or algorithm is None:
        return None
    if algorithm not in HASHES:
        raise JException(f"The algorithm must be one of {', '.join(HASHES)}", -1)
    return HASHES[algorithm](text.encode(errors="surrogatepass")).hexdigest()


@_function("random", "<n?:n>")
def random_(seed: Any) -> Any:
    """A number from 0 up to but not including 1; the same seed gives the same one."""
    return _chance(seed).random()


@_function("shuffle", "<a:a>")
def shuffle(values: Any) -> Any:
    """The array in another order."""
    if values is None:
        return None
    shuffled = list(values)
    _chance(None).shuffle(shuffled)
    return shuffled


@_function("uuid", "<:s>")
def uuid_() -> Any:
    """A random UUID (version 4)."""
    return str(uuid.UUID(bytes=_environment().entropy(16), version=4))


@_function("parse", "<s:x>")
def parse(text: Any) -> Any:
    """The value that a JSON text spells."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise JException("T0410", -1, 1, "parse")
    try:
        return with_nulls(read_json(text))
    except ValueError as error:
        raise JException(f"{text} is no JSON", -1) from error


@_function("number", "<(nsb)-:n>")
def number(value: Any) -> Any:
    """The number that a string spells, in JSON's way or as 0x1f, 0b1, 0o7; 1 and 0 for true and false."""
    if not isinstance(value, str):
        return Functions.number(value)
    if _NUMBER.fullmatch(value):
        return float(value)
    if _DIGITS_IN_BASE.fullmatch(value):
        return int(value, 0)
    raise JException("D3030", -1, value)


@_function("parseInteger", "<s-s:n>")
def parse_integer(text: Any, picture: Any) -> Any:
    """The integer that a string spells as the picture says; NaN when it spells none."""
    try:
        return Functions.parse_integer(text, picture)
    except ValueError:
        return math.nan


@_function("power", "<n-n:n>")
def power(base: Any, exponent: Any) -> Any:
    """The base to the power of the exponent."""
    try:
        return Functions.power(base, exponent)
    except (ArithmeticError, TypeError) as error:
        raise JException("D3061", -1, base, exponent) from error


@_function("toMillis", "<s-s?:n>")
def to_millis(timestamp: Any, picture: Any) -> Any:
    """The instant of a timestamp in milliseconds since 1970."""
    try:
        return Functions.datetime_to_millis(timestamp, picture)
    except (ValueError, OverflowError) as error:
        raise JException("D3110", -1, timestamp) from error


@_function("distinct", "<x:x>")
def distinct(values: Any) -> Any:
    """The array without what was in it before."""
    if not isinstance(values, list) or len(values) < 2:
        return values
    different = unique(values)
    return Utils.create_sequence_from_iter(different) if Utils.is_sequence(values) else different


@_function("pad", "<s-ns?:s>")
def pad(text: Any, width: Any, filling: Any) -> Any:
    """The text filled up to a width, on its right, or on its left when the width is negative."""
    if is_number(width) and not abs(width) <= MAX_JSONATA_BYTES:
        raise LimitExceeded(MEMORY)
    return Functions.pad(text, width, filling)


@_function("join", "<a<s>s?:s>")
def join(texts: Any, separator: Any) -> Any:
    """The texts as one, with the separator between them."""
    if texts is not None:
        length = sum(map(len, texts)) + len(texts) * len(separator or "")
        if length > MAX_JSONATA_BYTES:
            raise LimitExceeded(MEMORY)
    return Functions.join(texts, separator)


@_function("replace", "<s-(sf)(sf)n?:s>")
def replace_(text: Any, pattern: Any, replacement: Any, limit: Any) -> Any:
    """The text with what the pattern matches replaced, at most `limit` times."""
    if text is None:
        return None
    if pattern == "":
        raise JException("D3010", -1)
    if limit is not None and limit < 0:
        raise JException("D3011", -1)
    return replace(text, pattern, replacement, _integer(limit))


def _integer(value: Any) -> int | None:
    return int(value) if is_number(value) and math.isfinite(value) else None


def _environment() -> Environment:
    """That of the evaluation under way on this thread."""
    environment: Environment = Jsonata.CURRENT.jsonata.surroundings
    return environment


def _chance(seed: Any) -> random.Random:
    chance = _environment().entropy(16) if seed is None else int(seed)
    return random.Random(chance)  # noqa: S311 -- nothing depends on its being secret
