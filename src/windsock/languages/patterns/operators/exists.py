"""Existence: `{"exists": true}` and `{"exists": false}`.

Only leaves exist: a field whose value is an object, an empty array or an empty object does not, one that is
null does.
"""

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import Present
from windsock.languages.patterns.values import MISSING


@operator("exists")
def exists(operand: object) -> Condition:
    """The field has a value, or has none."""
    if operand is True:
        return Condition(lambda value: value is not MISSING, Access(Present, None, 1.0, proves=True))
    if operand is False:
        return Condition(lambda value: value is MISSING, access=None)
    raise InvalidPattern("exists match pattern must be either true or false.", Moment.STARTED)
