"""Policies given as JSON text: read, and checked to be what deciding by them needs.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.kernel.errors import ValidationError


def parse_policy(text: str) -> dict[str, Any]:
    """The policy, its Statement always a list. Raises ValidationError when it is none."""
    try:
        policy = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValidationError("This policy contains invalid Json") from error
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not all(map(_is_statement, statements)):
        raise ValidationError("Parameter Policy is not valid.")
    return {**policy, "Statement": statements}


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    return (
        _has_one(statement, "Action", "NotAction", str)
        and _has_one(statement, "Principal", "NotPrincipal", str | dict)
        and _is_condition(statement.get("Condition", {}))
    )


def _has_one(statement: Mapping[str, Any], name: str, negated: str, kind: Any) -> bool:
    """Whether a statement has one of two members, of the right kind or a list of texts."""
    if (name in statement) == (negated in statement):
        return False
    value = statement.get(name, statement.get(negated))
    if isinstance(value, dict):
        return isinstance(value, kind) and all(map(_is_texts, value.values()))
    return isinstance(value, kind) or _is_texts(value)


def _is_condition(condition: Any) -> bool:
    return isinstance(condition, dict) and all(
        isinstance(keys, dict) and all(map(_is_condition_value, keys.values())) for keys in condition.values()
    )


def _is_condition_value(value: Any) -> bool:
    return isinstance(value, str | bool | int | float) or _is_texts(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )
