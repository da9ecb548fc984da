"""Equality: `"running"`, `300`, `true`, `{"exactly": "running"}`.

Numbers are equal by value, so 300, 300.0 and 3.0e2 are. A string that spells an IP address stands for the
address: other spellings of it are equal.
"""

import re
from typing import cast

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.networks import WIDTH, Network, Networks, address_of
from windsock.languages.patterns.registry import literal, operator
from windsock.languages.patterns.tables import Equal
from windsock.languages.patterns.values import Scalar, boolean, number

_IDENTIFIER, _WORD = 0.02, 0.1
"""Expected shares of texts with and without digits, and of other values as words; they count until the rules
that name the field tell how frequent the value is (see `index`)."""
_DIGIT = re.compile("[0-9]")


def equality(value: Scalar) -> Condition:
    """The condition that a field has exactly this value."""
    rarity = _IDENTIFIER if isinstance(value, str) and _DIGIT.search(value) else _WORD
    return Condition(
        frozenset((value,)).__contains__, Access(Equal, value, rarity, proves=True), literal=value
    )


@literal(str)
def text(value: object) -> Condition:
    """Equality with a string, or with the address that it spells."""
    address = address_of(str(value)) if isinstance(value, str) else None
    if address is None:
        return equality(str(value))
    version, address_number = address
    network = Network(version, WIDTH[version], address_number)
    return Condition(network.holds, Access(Networks, network, _IDENTIFIER, proves=True))


@literal(int, float)
def numeric_value(value: object) -> Condition:
    """Equality with a number."""
    try:
        return equality(number(cast("int | float", value)))
    except OverflowError:
        # No event can hold such a number, so no event passes.
        return Condition(lambda _: False, Access(Equal, str(value), 0.0, proves=False))


@literal(bool)
def truth(value: object) -> Condition:
    """Equality with a boolean."""
    return equality(boolean(value is True))


@operator("exactly")
def exactly(operand: object) -> Condition:
    """Equality with a string, spelt out."""
    if not isinstance(operand, str):
        raise InvalidPattern("exact match pattern must be a string", Moment.STARTED)
    return equality(operand)
