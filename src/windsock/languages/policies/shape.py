"""The shape of a policy document: which elements there are and of what type, whatever they say.

A document of another shape is "Syntax errors in policy." to IAM.
Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.languages.policies.conditions import is_operator
from windsock.languages.policies.errors import syntax_error

OLDEST: Final = "2008-10-17"
LATEST: Final = "2012-10-17"

_TOP: Final = frozenset({"Version", "Id", "Statement"})
_ELEMENTS: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_PRINCIPALS: Final = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_EFFECTS: Final = frozenset({"allow", "deny"})

Principal = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RawStatement:
    """A statement, its values always lists; None where it has no such element. `effect` is in any case."""

    source: Mapping[str, Any]
    sid: str
    effect: str
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principals: Principal | None
    not_principals: Principal | None
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class RawPolicy:
    """A document of the right shape."""

    version: str
    id: str
    statements: tuple[RawStatement, ...]


def read_shape(document: Any) -> RawPolicy:
    """The elements of a document. Raises PolicyError."""
    if not isinstance(document, dict) or not _TOP.issuperset(document):
        raise syntax_error()
    version, policy_id = document.get("Version", OLDEST), document.get("Id", "")
    if version not in (OLDEST, LATEST) or not isinstance(policy_id, str):
        raise syntax_error()
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not statements:
        raise syntax_error()
    return RawPolicy(version, policy_id, tuple(map(_statement, statements)))


def _statement(source: Any) -> RawStatement:
    if not isinstance(source, dict) or not _ELEMENTS.issuperset(source):
        raise syntax_error()
    for element in ("Action", "Resource", "Principal"):
        if element in source and f"Not{element}" in source:
            raise syntax_error()
    sid, effect = source.get("Sid", ""), source.get("Effect")
    if not isinstance(sid, str) or not isinstance(effect, str) or effect.lower() not in _EFFECTS:
        raise syntax_error()
    return RawStatement(
        source=source,
        sid=sid,
        effect=effect,
        actions=_texts_of(source, "Action"),
        not_actions=_texts_of(source, "NotAction"),
        resources=_texts_of(source, "Resource"),
        not_resources=_texts_of(source, "NotResource"),
        principals=_principal_of(source, "Principal"),
        not_principals=_principal_of(source, "NotPrincipal"),
        conditions=_conditions(source.get("Condition", {})),
    )


def _texts_of(source: Mapping[str, Any], element: str) -> tuple[str, ...] | None:
    return _texts(source[element]) if element in source else None


def _texts(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in values):
        raise syntax_error()
    return tuple(values)


def _principal_of(source: Mapping[str, Any], element: str) -> Principal | None:
    if element not in source:
        return None
    value = source[element]
    if value == "*":
        return {"*": ("*",)}
    if not isinstance(value, dict) or not value or not _PRINCIPALS.issuperset(value):
        raise syntax_error()
    return {kind: _texts(names) for kind, names in value.items()}


def _conditions(value: Any) -> dict[str, dict[str, tuple[str, ...]]]:
    if not isinstance(value, dict):
        raise syntax_error()
    return {operator: _keys(operator, keys) for operator, keys in value.items()}


def _keys(operator: str, value: Any) -> dict[str, tuple[str, ...]]:
    """The keys of an operator, which IAM lets have any name while it has no key."""
    if not isinstance(value, dict) or (value and not is_operator(operator)):
        raise syntax_error()
    return {key: _scalars(values) for key, values in value.items()}


def _scalars(value: Any) -> tuple[str, ...]:
    """The values of a condition key: numbers and truth values are taken as they are spelled."""
    values = value if isinstance(value, list) else [value]
    return tuple(map(_scalar, values))


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise syntax_error()
    return str(value)
