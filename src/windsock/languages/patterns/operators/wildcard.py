"""Strings of a form: `{"wildcard": "arn:aws:*:us-east-1:*"}`.

An asterisk stands for any characters, none included. `\\*` is an asterisk and `\\\\` a backslash; a backslash
before anything else is refused, as are two asterisks in a row.
"""

from windsock.languages.patterns.conditions import Access, Condition, Test
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.operators.prefix import rarity
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import Equal, Prefix, Present, Suffix


@operator("wildcard")
def wildcard(operand: object) -> Condition:
    """The value is a string of the operand's form."""
    if not isinstance(operand, str):
        raise InvalidPattern("wildcard match pattern must be a string", Moment.STARTED)
    pieces = literal_pieces(operand)
    return Condition(form_test(pieces), _access(pieces), wildcards=(operand,))


def literal_pieces(form: str) -> list[str]:
    """The literal texts between a form's asterisks, escapes resolved: `a*b` has two, `*` two empty ones."""
    pieces = [""]
    at = 0
    while at < len(form):
        character, following = form[at], form[at + 1 : at + 2]
        if character == "*":
            if following == "*":
                raise InvalidPattern(
                    f"Consecutive wildcard characters at pos {_quoted_position(form, at)}", Moment.READ
                )
            pieces.append("")
        elif character == "\\":
            if following not in ("*", "\\"):
                raise InvalidPattern(
                    f"Invalid escape character at pos {_quoted_position(form, at)}", Moment.READ
                )
            pieces[-1] += following
            at += 1
        else:
            pieces[-1] += character
        at += 1
    return pieces


def form_test(pieces: list[str]) -> Test:
    """Whether a value is a string that has the pieces in order, the first at its beginning, the last at its
    end."""
    if len(pieces) == 1:
        return frozenset(pieces).__contains__
    head, *middle, tail = pieces
    shortest = len(head) + len(tail)

    def fits(value: object) -> bool:
        if not isinstance(value, str) or len(value) < shortest:
            return False
        if not (value.startswith(head) and value.endswith(tail)):
            return False
        at, end = len(head), len(value) - len(tail)
        for piece in middle:
            at = value.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return fits


def _access(pieces: list[str]) -> Access:
    head, tail = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return Access(Equal, head, rarity(head), proves=True)
    if not (head or tail):
        return Access(Present, None, 0.5, proves=False)
    if len(head) >= len(tail):
        return Access(Prefix, head, rarity(head), proves=False)
    return Access(Suffix, tail, rarity(tail), proves=False)


def _quoted_position(form: str, at: int) -> int:
    """AWS counts UTF-8 bytes, the opening quote being byte 0."""
    return 1 + len(form[:at].encode(errors="replace"))
