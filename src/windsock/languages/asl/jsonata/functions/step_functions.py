"""What Step Functions adds to JSONata, and what takes its chance from the run.

"JSONata functions provided by Step Functions" in
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html. As measured at AWS, numbers are
cut, not rounded, to integers, and some arguments that make no sense give nothing (undefined).
"""

from __future__ import annotations

import random
import uuid
from typing import Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.jsonata.failures import MEMORY, LimitExceeded
from windsock.languages.asl.jsonata.natives import function
from windsock.languages.asl.jsonata.values import to_integer, with_nulls
from windsock.languages.asl.limits import MAX_JSONATA_RANGE
from windsock.languages.asl.values import HASHES, read_json


@function("partition", "<an:a>")
def partition(values: Any, size: Any) -> Any:
    """The array in chunks of `size`; the last may be smaller."""
    size = to_integer(size)
    if not values or not size or size < 0:
        return None
    return [list(values[start : start + size]) for start in range(0, len(values), size)]


@function("range", "<nnn?:a>")
def range_(first: Any, last: Any, step: Any) -> Any:
    """The numbers from `first` to `last`, a step apart; a single one by itself."""
    first, last, step = to_integer(first), to_integer(last), to_integer(step)
    if first is None or last is None or not step:
        return None
    numbers = range(first, last + (1 if step > 0 else -1), step)
    if len(numbers) > MAX_JSONATA_RANGE:
        raise LimitExceeded(MEMORY)
    return Utils.create_sequence_from_iter(numbers)


@function("hash", "<ss?:s>")
def hash_(text: Any, algorithm: Any) -> Any:
    """The hash of a text's UTF-8, in hexadecimal."""
    if text is None or algorithm is None:
        return None
    if algorithm not in HASHES:
        raise JException(f"The algorithm must be one of {', '.join(HASHES)}", -1)
    return HASHES[algorithm](text.encode(errors="surrogatepass")).hexdigest()


@function("random", "<n?:n>")
def random_(seed: Any) -> Any:
    """A number from 0 up to but not including 1; the same seed gives the same one."""
    return _chance(seed).random()


@function("shuffle", "<a:a>")
def shuffle(values: Any) -> Any:
    """The array in another order."""
    if values is None:
        return None
    shuffled = list(values)
    _chance(None).shuffle(shuffled)
    return shuffled


@function("uuid", "<:s>")
def uuid_() -> Any:
    """A random UUID (version 4)."""
    return str(uuid.UUID(bytes=_environment().entropy(16), version=4))


@function("parse", "<s:x>")
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


def _environment() -> Environment:
    """That of the evaluation under way on this thread."""
    environment: Environment = Jsonata.CURRENT.jsonata.surroundings
    return environment


def _chance(seed: Any) -> random.Random:
    chance = _environment().entropy(16) if seed is None else int(seed)
    return random.Random(chance)  # noqa: S311 -- nothing depends on its being secret
