"""The Condition element: operators over the keys of a request's context.

Every key of every operator must hold. Among a key's values in the policy one is enough, or, for a negated
operator, none may match. What a missing key means depends on the operator and its modifiers.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
and .../reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from windsock.languages.policies.registry import OPERATORS, Compare, Operator
from windsock.languages.policies.texts import Context, Template, Text, read_text

_NAME: Final = re.compile(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?")
_PRESENCE: Final = ("Null", "ForAllValues:Null", "ForAnyValue:Null")


class Test(Protocol):
    """One key of one operator."""

    keys: frozenset[str]
    """The keys it reads, its own and those of variables, as the policy spells them."""

    def holds(self, context: Context) -> bool:
        """Whether the request's context satisfies it."""


def compile_conditions(element: Mapping[str, Any], *, variables: bool) -> tuple[Test, ...]:
    """The tests of a Condition element of known operators, its values lists of texts."""
    return tuple(
        _test(operator_name, key, values, variables=variables)
        for operator_name, keys in element.items()
        for key, values in keys.items()
    )


def is_operator(name: str) -> bool:
    """Whether there is a condition operator of that name, modifiers included."""
    return name in _PRESENCE or _comparison(name) is not None


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A comparing operator with its modifiers; `over` is its set operator, if any."""

    operator: Operator
    over: str
    if_exists: bool


def _comparison(name: str) -> _Comparison | None:
    """The operator that `name` means, or None."""
    named = _NAME.fullmatch(name)
    operator = OPERATORS.find(named[2]) if named else None
    if named is None or operator is None:
        return None
    return _Comparison(operator, over=named[1] or "", if_exists=named[3] is not None)


def _test(name: str, key: str, values: Sequence[str], *, variables: bool) -> Test:
    comparison = _comparison(name)
    if comparison is None:
        return PresenceTest(key, values)
    with_variables = variables and comparison.operator.takes_variables
    return ComparisonTest(key, comparison, [read_text(value, variables=with_variables) for value in values])


class PresenceTest:
    """`Null`: `true` asks that the key is absent, `false` that it has a value."""

    def __init__(self, key: str, values: Sequence[str]) -> None:
        self.keys = frozenset({key})
        self._key = key.lower()
        self._wanted = frozenset(value.lower() == "true" for value in values)

    def holds(self, context: Context) -> bool:
        """Whether the key is there or not, as asked."""
        return (context.get(self._key, ()) == ()) in self._wanted


class ComparisonTest:
    """An operator that compares the key's values with those of the policy."""

    def __init__(self, key: str, comparison: _Comparison, texts: Sequence[Text | Template]) -> None:
        operator, over = comparison.operator, comparison.over
        self._key = key.lower()
        self._compile = operator.compile
        self._negated = operator.negated
        self._over = over
        self._templates = [text for text in texts if isinstance(text, Template)]
        self._compares = [operator.compile(text) for text in texts if isinstance(text, Text)]
        self._if_absent = comparison.if_exists or over == "ForAllValues" or (operator.negated and not over)
        self.keys = frozenset({key}).union(*(template.keys for template in self._templates))

    def holds(self, context: Context) -> bool:
        """Whether the key's values, or their absence, satisfy the operator."""
        value = context.get(self._key)
        if value is None or value == () or (value == "" and self._over):
            return self._if_absent
        values = (value,) if isinstance(value, str) else value
        compares = self._compares_in(context)
        if compares is None:
            return False

        def matches(each: str) -> bool:
            return any(compare(each) for compare in compares)

        if self._over == "ForAllValues":
            return all(matches(each) != self._negated for each in values)
        if self._over == "ForAnyValue":
            return any(matches(each) != self._negated for each in values)
        return any(map(matches, values)) != self._negated

    def _compares_in(self, context: Context) -> Sequence[Compare] | None:
        """The policy's values for a request.

        One whose variable has no value is left out; None for a negated operator, as attempts to match such a
        variable fail, that not to match it included.
        """
        if not self._templates:
            return self._compares
        texts = [template.resolve(context) for template in self._templates]
        if self._negated and None in texts:
            return None
        return [*self._compares, *(self._compile(text) for text in texts if text is not None)]
