"""IP addresses in a network: `{"cidr": "10.0.0.0/24"}`, IPv4 or IPv6."""

import re

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.networks import WIDTH, Network, Networks, address_of, looks_like_address
from windsock.languages.patterns.registry import operator

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


@operator("cidr")
def cidr(operand: object) -> Condition:
    """The value is a string with an address of the network. AWS names no place in the faults of the text."""
    if not isinstance(operand, str):
        # AWS's own words, although the operator is not prefix.
        raise InvalidPattern("prefix match pattern must be a string", Moment.STARTED)
    network = _network(operand)
    return Condition(network.holds, Access(Networks, network, 1 / (1 + network.bits), proves=True))


def _network(text: str) -> Network:
    address_text, _, mask = text.partition("/")
    if not mask or "/" in mask:
        raise InvalidPattern("Malformed CIDR, one '/' required")
    if not _INTEGER.fullmatch(mask):
        raise InvalidPattern("Malformed CIDR, mask bits must be an integer")
    bits = int(mask)
    if bits < 0:
        raise InvalidPattern("Malformed CIDR, mask bits must not be negative")
    address = address_of(address_text)
    if address is None:
        kind = "Invalid" if looks_like_address(address_text) else "Nonstandard"
        raise InvalidPattern(f"{kind} IP address: {address_text}")
    version, address_number = address
    if bits >= WIDTH[version]:
        raise InvalidPattern(f"IPv{version} mask bits must be < {WIDTH[version]}")
    return Network(version, bits, address_number >> (WIDTH[version] - bits))
