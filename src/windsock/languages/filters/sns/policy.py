"""A subscription's filter policy."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import orjson

from windsock.languages.filters.sns.attributes import Attributes, satisfies, values_of
from windsock.languages.filters.sns.body import BodyMatcher, values_at
from windsock.languages.filters.sns.compiler import Alternative, compile_policy
from windsock.languages.filters.sns.explain import FieldVerdict, verdict

Scope = Literal["MessageAttributes", "MessageBody"]


class FilterPolicy:
    """A policy ready to judge messages, made by `parse`.

    It is a set of alternatives (more than one where it says `$or`), each a set of fields that must all match.
    """

    __slots__ = ("_alternatives", "_bodies", "scope")

    def __init__(self, alternatives: tuple[Alternative, ...], scope: Scope) -> None:
        self.scope: Scope = scope
        self._alternatives = alternatives
        self._bodies = tuple(map(BodyMatcher, alternatives))

    @classmethod
    def parse(cls, text: str, scope: Scope = "MessageAttributes") -> FilterPolicy:
        """Read a policy for a FilterPolicyScope; InvalidPolicy, in AWS's words, when SNS would refuse it."""
        alternatives = compile_policy(text, allow_nested=scope == "MessageBody")
        return cls(alternatives, scope)

    def accepts(self, message: str, attributes: Attributes) -> bool:
        """Whether the subscription wants this message, by the part that the scope names."""
        if self.scope == "MessageBody":
            return self.accepts_body(message)
        return self.accepts_attributes(attributes)

    def accepts_attributes(self, attributes: Attributes) -> bool:
        """Whether message attributes satisfy the policy: {name: {"DataType": ..., "StringValue": ...}}."""
        return any(satisfies(alternative, attributes) for alternative in self._alternatives)

    def accepts_body(self, message: str) -> bool:
        """Whether a message that is a JSON object satisfies the policy; any other message does not."""
        body = _read(message)
        return body is not None and any(matcher.accepts(body) for matcher in self._bodies)

    def explain_attributes(self, attributes: Attributes) -> tuple[tuple[FieldVerdict, ...], ...]:
        """For each alternative of the policy, its fields and what the attributes have for them."""
        return tuple(
            tuple(
                verdict(name, field, values_of(attributes.get(name))) for name, field in alternative.items()
            )
            for alternative in self._alternatives
        )

    def explain_body(self, message: str) -> tuple[tuple[FieldVerdict, ...], ...]:
        """For each alternative of the policy, its fields and what the body has for them.

        Fields are judged one by one: where all match and `accepts_body` is false, they matched in different
        elements of one array, or the message is no JSON object.
        """
        body = _read(message) or {}
        return tuple(
            tuple(verdict(path, field, values_at(body, path)) for path, field in alternative.items())
            for alternative in self._alternatives
        )


def is_filterable_body(message: str) -> bool:
    """Whether a message is a JSON object: no policy for bodies accepts any other."""
    return _read(message) is not None


# A message is shown to the filter of one subscription after the other.
@lru_cache(maxsize=4)
def _read(message: str) -> dict[str, Any] | None:
    try:
        body = orjson.loads(message)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None
