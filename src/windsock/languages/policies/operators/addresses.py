"""`IpAddress` and `NotIpAddress`: an address or a CIDR block, of either IP version."""

from __future__ import annotations

from ipaddress import ip_network

from windsock.languages.policies.registry import Compare, never, operator
from windsock.languages.policies.texts import Text
from windsock.languages.values import parse_ip


@operator("IpAddress", negated=("NotIpAddress",), variables=False)
def ip_address(wanted: Text) -> Compare:
    """An address of the block; one without a mask stands for itself."""
    try:
        network = ip_network(wanted.plain, strict=False)
    except ValueError:
        return never

    def compare(value: str) -> bool:
        address = parse_ip(value)
        return address is not None and address.version == network.version and address in network

    return compare
