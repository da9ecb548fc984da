"""IP networks, and the table that finds those that contain an address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from windsock.languages.patterns.tables import Table
from windsock.languages.patterns.values import Scalar

if TYPE_CHECKING:
    from windsock.languages.patterns.index import Bucket

_IPV4 = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_IPV6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")
_LONGEST_LITERAL = 45
"""Characters in the longest address; more can only be zeros in front, which no one writes."""

WIDTH = {4: 32, 6: 128}
"""Bits of an address, by IP version."""


class Network(NamedTuple):
    """The addresses of one IP version that share their first bits."""

    version: int
    bits: int
    """How many bits are shared."""
    prefix: int
    """The shared bits, as a number."""

    def holds(self, value: Scalar) -> bool:
        """Whether the value is a string with an address of the network."""
        address = address_of(value)
        return (
            address is not None
            and address[0] == self.version
            and address[1] >> (WIDTH[self.version] - self.bits) == self.prefix
        )


def looks_like_address(text: str) -> bool:
    """Whether AWS would try to read the text as an address: the characters of one, not more."""
    return _IPV4.fullmatch(text) is not None or (":" in text and _IPV6.fullmatch(text) is not None)


def address_of(value: Scalar) -> tuple[int, int] | None:
    """IP version and number of the address that a value spells, None when it spells none.

    Octets are decimal whatever zeros they begin with, as AWS reads them.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_LITERAL or not looks_like_address(value):
        return None
    if ":" not in value:
        octets = [int(octet) for octet in value.split(".")]
        return (4, int.from_bytes(bytes(octets))) if max(octets) <= 255 else None
    try:
        return 6, int(ipaddress.IPv6Address(value))
    except ValueError:
        return None


class Networks(Table):
    """Keys are networks. One dictionary look-up for each prefix length that occurs among them."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: dict[tuple[int, int], int] = {}

    def put(self, key: Any, bucket: Bucket) -> None:
        super().put(key, bucket)
        size = (key.version, key.bits)
        self._sizes[size] = self._sizes.get(size, 0) + 1

    def drop(self, key: Any) -> None:
        super().drop(key)
        size = (key.version, key.bits)
        self._sizes[size] -= 1
        if not self._sizes[size]:
            del self._sizes[size]

    def find(self, value: Scalar) -> Iterable[Bucket]:
        address = address_of(value)
        if address is None:
            return ()
        version, address_number = address
        keys = [
            Network(version, bits, address_number >> (WIDTH[version] - bits))
            for of, bits in self._sizes
            if of == version
        ]
        return [self.buckets[key] for key in keys if key in self.buckets]
