"""A walk over the tokens of a policy that knows, at each step, where AWS's parser would say it stands.

SNS compiles policies with a streaming parser (Jackson) whose column, in an error, depends on how far it has
looked ahead: past the quote that opens a string it has not been asked for, past the whole of anything else,
and at a field's name already past the beginning of its value.
"""

from __future__ import annotations

from collections.abc import Sequence

from windsock.languages.filters.sns.errors import InvalidPolicy
from windsock.languages.json_places import jackson_place
from windsock.languages.json_tokens import Kind, Token, compact, read


class Cursor:
    """The tokens of one JSON object, taken one by one."""

    __slots__ = ("_position", "_text", "_text_was_read", "_tokens")

    def __init__(self, policy: str) -> None:
        """JsonSyntaxError when `policy` is no JSON. SNS works on the text without its white space."""
        self._text = compact(policy, read(policy))
        self._tokens: Sequence[Token] = tuple(read(self._text))
        self._position = -1
        self._text_was_read = False

    def next(self) -> Kind | None:
        """Step to the next token and give its kind; None at the end."""
        self._position += 1
        self._text_was_read = False
        return self._tokens[self._position].kind if self._position < len(self._tokens) else None

    def text(self) -> str:
        """What the token says: a string's content, or the spelling of anything else."""
        self._text_was_read = True
        return self._tokens[self._position].text

    def refuse(self, problem: str) -> InvalidPolicy:
        """The error for a problem at this token, with the place as AWS gives it."""
        return InvalidPolicy(f"FilterPolicy: {problem}\n at {jackson_place(self._text, self._reached())}")

    def _reached(self) -> int:
        """How many characters the parser has consumed."""
        if self._position >= len(self._tokens):
            return len(self._text)
        token = self._tokens[self._position]
        is_at_name = token.kind is Kind.FIELD_NAME
        if is_at_name:
            token = self._tokens[self._position + 1]
        if token.kind is Kind.STRING and (is_at_name or not self._text_was_read):
            return token.start + 1
        return token.end

    def is_empty_object(self) -> bool:
        """Whether all there is, is `{}`."""
        return self._text == "{}"
