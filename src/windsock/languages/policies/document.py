"""Policy documents: read, checked as IAM checks them, compiled once.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import orjson

from windsock.languages.policies.checks import CHECKS
from windsock.languages.policies.conditions import Test, compile_conditions
from windsock.languages.policies.errors import syntax_error
from windsock.languages.policies.matchers import Question, Resources, action_question
from windsock.languages.policies.principals import Grade, Principal, Principals
from windsock.languages.policies.request import Request
from windsock.languages.policies.shape import LATEST, RawStatement, read_shape

Kind = Literal["identity", "managed", "resource", "trust"]
"""Where a policy stands: inline on an identity, by itself as a managed policy (which also boundaries and
organisation policies are), on a resource, or on a role as its trust policy."""

_CACHE_SIZE: Final = 2048


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a policy, compiled. `index` counts from 0 in its policy; `source` is it as written."""

    index: int
    sid: str
    effect: Literal["Allow", "Deny"]
    source: Mapping[str, Any]
    actions: Question
    excludes_actions: bool
    resources: Resources | None
    excludes_resources: bool
    principals: Principals | None
    conditions: tuple[Test, ...]

    def applies_to(self, request: Request, *, bounded: bool) -> Grade:
        """How it names who asks; Grade.NOT when it does not speak of the request or a condition fails.

        An identity's own policy means that identity; a trust policy speaks of its own role only, so it
        names no resource. `bounded` says whether who asks has a permissions boundary.
        """
        if self.actions(request.folded_action) == self.excludes_actions:
            return Grade.NOT
        grade = self._grade(request.principal, bounded)
        if grade is Grade.NOT:
            return grade
        if self.resources is not None:
            covers = self.resources.exclude if self.excludes_resources else self.resources.include
            if not covers(request):
                return Grade.NOT
        if self.conditions and not all(test.holds(request.keys) for test in self.conditions):
            return Grade.NOT
        return grade

    def _grade(self, principal: Principal, bounded: bool) -> Grade:
        if self.principals is None:
            return Grade.PERSON
        if bounded and self.effect == "Deny" and self.principals.negated:
            return Grade.PERSON  # as AWS documents it: whoever has a boundary is denied, excepted or not
        return self.principals.grade(principal)


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """A policy, compiled. `name` is the caller's word for it, such as its ARN; `named` sets it."""

    kind: Kind
    version: str
    id: str
    statements: tuple[Statement, ...]
    name: str = ""

    def named(self, name: str) -> Policy:
        """The same policy under a name."""
        return dataclasses.replace(self, name=name)

    @property
    def context_keys(self) -> frozenset[str]:
        """The condition keys it reads, in conditions and as variables, as it spells them."""
        return frozenset(key for statement in self.statements for key in _keys_of(statement))


def _keys_of(statement: Statement) -> Iterator[str]:
    for test in statement.conditions:
        yield from test.keys
    if statement.resources is not None:
        yield from statement.resources.keys


def parse(document: str | bytes | Mapping[str, Any], kind: Kind = "identity") -> Policy:
    """A policy from its JSON text or the object it says.

    The same text is compiled once and shared. Raises PolicyError with IAM's message.
    """
    if isinstance(document, Mapping):
        try:
            document = orjson.dumps(document, default=dict)
        except TypeError:
            raise syntax_error() from None
    return _parse(document, kind)


@functools.lru_cache(maxsize=_CACHE_SIZE)
def _parse(document: str | bytes, kind: Kind) -> Policy:
    try:
        value = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise syntax_error() from None
    raw = read_shape(value)
    for check in CHECKS[kind]:
        check(raw)
    variables = raw.version >= LATEST
    statements = [_compile(statement, index, variables) for index, statement in enumerate(raw.statements)]
    return Policy(kind, raw.version, raw.id, tuple(statements))


def _compile(raw: RawStatement, index: int, variables: bool) -> Statement:
    resources = _either(raw.resources, raw.not_resources)
    principals, excluded = raw.principals, raw.not_principals
    element = principals if principals is not None else excluded
    return Statement(
        index=index,
        sid=raw.sid,
        effect="Deny" if raw.effect == "Deny" else "Allow",
        source=raw.source,
        actions=action_question(_either(raw.actions, raw.not_actions) or ()),
        excludes_actions=raw.not_actions is not None,
        resources=None if resources is None else Resources(resources, variables=variables),
        excludes_resources=raw.not_resources is not None,
        principals=None if element is None else Principals(element, negated=principals is None),
        conditions=compile_conditions(raw.conditions, variables=variables),
    )


def _either(one: Sequence[str] | None, other: Sequence[str] | None) -> Sequence[str] | None:
    return one if one is not None else other
