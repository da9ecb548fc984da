"""Small questions about one value that several of AWS's languages ask alike: numbers, gaps, addresses."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final, NoReturn, Self

import orjson

IpNetwork = IPv4Network | IPv6Network
IpAddress = IPv4Address | IPv6Address

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# Longer spellings are no numbers that any of these languages can hold, and slow to read.
_MAX_NUMBER_LENGTH: Final = 400
# The least that can be too big for 64 bits.
_BIG_NUMBER: Final = re.compile(r"[0-9]{19}")
_BIG_NUMBER_BYTES: Final = re.compile(rb"[0-9]{19}")


def to_decimal(value: object) -> Decimal | None:
    """The exact number that `value` (an int, a float, or its spelling) is; None when it is none.

    300, 300.0 and "3.0e2" give equal numbers. True and False are no numbers.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = value if isinstance(value, str) else str(value)
    if len(text) > _MAX_NUMBER_LENGTH or _NUMBER.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what a Decimal holds
        return None


def has_big_number(text: str | bytes) -> bool:
    """Whether JSON text may hold a whole number beyond 64 bits, which orjson rounds."""
    pattern: re.Pattern[Any] = _BIG_NUMBER if isinstance(text, str) else _BIG_NUMBER_BYTES
    return pattern.search(text) is not None


def from_json(text: str | bytes) -> Any:
    """What JSON text says, whole numbers of any size as they are. Raises ValueError."""
    if not has_big_number(text):
        return orjson.loads(text)
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("The JSON is nested too deep.") from error


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise ValueError(constant)


def to_json(value: Any) -> str:
    """`value` as JSON without white space, characters outside ASCII as they are."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # orjson stops at 64 bits and at lone surrogates. UTF-8 has none of these: AWS writes `?` for them.
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        return text.encode(errors="replace").decode()


class WildcardSyntaxError(ValueError):
    """A wildcard pattern that AWS refuses; `position` is the index of the character at fault."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"{problem} at pos {position}")
        self.problem = problem
        self.position = position


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A text with gaps that match anything: `parts` are the fixed texts between the gaps, in order.

    Matching looks for each part once, from left to right, and never goes back.
    """

    parts: tuple[str, ...]

    @classmethod
    def of_escaped(cls, text: str) -> Self:
        r"""Read a pattern in which `\*` is a star and `\\` a backslash.

        WildcardSyntaxError for a backslash before anything else and for two stars in a row.
        """
        parts = [""]
        position = 0
        while position < len(text):
            character = text[position]
            if character == "\\":
                position += 1
                character = text[position : position + 1]
                if character not in ("*", "\\"):
                    raise WildcardSyntaxError("Invalid escape character", position - 1)
                parts[-1] += character
            elif character == "*":
                if text.startswith("*", position + 1):
                    raise WildcardSyntaxError("Consecutive wildcard characters", position)
                parts.append("")
            else:
                parts[-1] += character
            position += 1
        return cls(tuple(parts))

    def matches(self, text: str) -> bool:
        """Whether all of `text` is the parts in order with anything in the gaps."""
        first, last = self.parts[0], self.parts[-1]
        if len(self.parts) == 1:
            return text == first
        end = len(text) - len(last)
        if end < len(first) or not text.startswith(first) or not text.endswith(last):
            return False
        position = len(first)
        for part in self.parts[1:-1]:
            position = text.find(part, position, end)
            if position < 0:
                return False
            position += len(part)
        return True


def parse_cidr(text: str) -> IpNetwork:
    """The addresses of a block such as `10.0.0.0/24` or `2001:db8::/64`; ValueError worded as AWS does.

    Bits of the address beyond the mask do not matter.
    """
    address, slash, mask = text.partition("/")
    if not slash or "/" in mask:
        raise ValueError("Malformed CIDR, one '/' required")
    if not (mask.removeprefix("-").isdecimal() and mask.isascii() and len(mask) <= 9):
        raise ValueError("Malformed CIDR, mask bits must be an integer")
    bits = int(mask)
    if bits < 0:
        raise ValueError("Malformed CIDR, mask bits must not be negative")
    parsed = parse_ip(address)
    if parsed is None:
        raise ValueError(f"Nonstandard IP address: {address}")
    if bits > parsed.max_prefixlen:
        raise ValueError(f"IPv{parsed.version} mask bits must be < {parsed.max_prefixlen}")
    return ip_network((parsed, bits), strict=False)


def parse_ip(text: str) -> IpAddress | None:
    """The address that `text` spells, or None."""
    try:
        return ip_address(text)
    except ValueError:
        return None
