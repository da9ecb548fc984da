"""The operators of a filter policy, one class each: what single values they accept.

A value is a string, a number, True, False or None, as JSON has them. Sources: "String value matching"
https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html, "Numeric value matching"
https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html and "Key matching"
https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from windsock.languages.values import IpNetwork, Wildcard, parse_ip, to_decimal, to_json

Scalar = str | int | float | Decimal | bool | None


class Matcher(Protocol):
    """One of the values a policy lists for a field."""

    def accepts(self, value: Scalar) -> bool:
        """Whether one value of the message is what this asks for."""
        ...

    def describe(self) -> str:
        """The matcher as the policy spells it."""
        ...


@dataclass(frozen=True, slots=True)
class Exactly:
    """This string, true, false or null."""

    wanted: str | bool | None

    def accepts(self, value: Scalar) -> bool:
        """Equal, and of the same type: "1" is not 1, and 1 is not true."""
        return type(value) is type(self.wanted) and value == self.wanted

    def describe(self) -> str:
        """The value."""
        return to_json(self.wanted)


@dataclass(frozen=True, slots=True)
class EqualsNumber:
    """This number, however it is spelt: 300, 300.0 and 3.0e2 are one."""

    wanted: Decimal

    def accepts(self, value: Scalar) -> bool:
        """Equal as a number."""
        return not isinstance(value, str) and to_decimal(value) == self.wanted

    def describe(self) -> str:
        """The number."""
        return str(self.wanted)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Strings that begin with a text."""

    text: str

    def accepts(self, value: Scalar) -> bool:
        """A string that begins so."""
        return isinstance(value, str) and value.startswith(self.text)

    def describe(self) -> str:
        """The operator and its text."""
        return to_json({"prefix": self.text})


@dataclass(frozen=True, slots=True)
class Suffix:
    """Strings that end with a text."""

    text: str

    def accepts(self, value: Scalar) -> bool:
        """A string that ends so."""
        return isinstance(value, str) and value.endswith(self.text)

    def describe(self) -> str:
        """The operator and its text."""
        return to_json({"suffix": self.text})


@dataclass(frozen=True, slots=True)
class EqualsIgnoreCase:
    """A string in any case."""

    text: str

    def accepts(self, value: Scalar) -> bool:
        """The same string but for case."""
        return isinstance(value, str) and value.lower() == self.text.lower()

    def describe(self) -> str:
        """The operator and its text."""
        return to_json({"equals-ignore-case": self.text})


@dataclass(frozen=True, slots=True)
class MatchesWildcard:
    """Strings that fit a pattern with `*`."""

    pattern: str
    wildcard: Wildcard

    def accepts(self, value: Scalar) -> bool:
        """A string that fits."""
        return isinstance(value, str) and self.wildcard.matches(value)

    def describe(self) -> str:
        """The operator and its pattern."""
        return to_json({"wildcard": self.pattern})


@dataclass(frozen=True, slots=True)
class InNetwork:
    """Addresses within a CIDR block."""

    block: str
    network: IpNetwork

    def accepts(self, value: Scalar) -> bool:
        """A string that is an address of the block."""
        address = parse_ip(value) if isinstance(value, str) else None
        return address is not None and address in self.network

    def describe(self) -> str:
        """The operator and its block."""
        return to_json({"cidr": self.block})


@dataclass(frozen=True, slots=True)
class InRange:
    """Numbers between bounds; None is no bound."""

    bottom: Decimal | None = None
    top: Decimal | None = None
    bottom_included: bool = False
    top_included: bool = False

    def accepts(self, value: Scalar) -> bool:
        """A number within the bounds."""
        number = None if isinstance(value, str) else to_decimal(value)
        if number is None:
            return False
        above = (
            self.bottom is None or number > self.bottom or (self.bottom_included and number == self.bottom)
        )
        below = self.top is None or number < self.top or (self.top_included and number == self.top)
        return above and below

    def describe(self) -> str:
        """The operator and its bounds."""
        bottom = [] if self.bottom is None else [">=" if self.bottom_included else ">", self.bottom]
        top = [] if self.top is None else ["<=" if self.top_included else "<", self.top]
        terms = ",".join(f'"{term}"' if isinstance(term, str) else str(term) for term in (*bottom, *top))
        return f'{{"numeric":[{terms}]}}'


@dataclass(frozen=True, slots=True)
class AnythingBut:
    """Every value that none of the given matchers accepts."""

    refused: tuple[Matcher, ...]

    def accepts(self, value: Scalar) -> bool:
        """Any value, of any type, except what is refused."""
        return not any(matcher.accepts(value) for matcher in self.refused)

    def describe(self) -> str:
        """The operator and what it refuses."""
        return f'{{"anything-but":[{",".join(matcher.describe() for matcher in self.refused)}]}}'


@dataclass(frozen=True, slots=True)
class Present:
    """Any value at all."""

    def accepts(self, value: Scalar) -> bool:
        """Whatever it is."""
        return True

    def describe(self) -> str:
        """The operator."""
        return '{"exists":true}'


@dataclass(frozen=True, slots=True)
class Absent:
    """No value: asked of a field that is not there, never of a value."""

    def accepts(self, value: Scalar) -> bool:
        """None, since a value is there."""
        return False

    def describe(self) -> str:
        """The operator."""
        return '{"exists":false}'
