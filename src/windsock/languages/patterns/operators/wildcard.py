"""Strings of a form: `{"wildcard": "arn:aws:*:us-east-1:*"}`.

An asterisk stands for any characters, none included. `\\*` is an asterisk and `\\\\` a backslash; a backslash
before anything else is refused, as are two asterisks in a row.
"""

from windsock.languages.patterns.affixes import rarity
from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.operators.exact import equality
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import Prefix, Present, Suffix
from windsock.languages.values import Wildcard, WildcardSyntaxError


@operator("wildcard")
def wildcard(operand: object) -> Condition:
    """The value is a string of the operand's form."""
    if not isinstance(operand, str):
        raise InvalidPattern("wildcard match pattern must be a string", Moment.STARTED)
    try:
        form = Wildcard.of_escaped(operand)
    except WildcardSyntaxError as fault:
        # AWS counts UTF-8 bytes, the opening quote being byte 0.
        position = 1 + len(operand[: fault.position].encode(errors="replace"))
        raise InvalidPattern(f"{fault.problem} at pos {position}", Moment.READ) from None
    if len(form.parts) == 1:
        return equality(form.parts[0])._replace(wildcards=(operand,))
    return Condition(
        lambda value: isinstance(value, str) and form.matches(value),
        _access(form.parts[0], form.parts[-1]),
        wildcards=(operand,),
    )


def _access(head: str, tail: str) -> Access:
    if not (head or tail):
        return Access(Present, None, 0.5, proves=False)
    if len(head) >= len(tail):
        return Access(Prefix, head, rarity(head), proves=False)
    return Access(Suffix, tail, rarity(tail), proves=False)
