"""What a bus's policy lets another account do.

A statement that denies wins; otherwise one that allows is needed.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import orjson

_ACCOUNT_ROOT: Final = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):root")


@lru_cache(maxsize=256)
def _like(pattern: str) -> re.Pattern[str]:
    """A pattern with `*` and `?` as IAM has them."""
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


_Comparison = Callable[[str, str], bool]
_COMPARISONS: Final[Mapping[str, _Comparison]] = {
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringEqualsIgnoreCase": lambda actual, wanted: actual.lower() == wanted.lower(),
    "StringLike": lambda actual, wanted: _like(wanted).fullmatch(actual) is not None,
}


def policy_allows(policy_text: str, caller_account: str, action: str, org_id: str | None = None) -> bool:
    """Whether a bus's policy (JSON text) lets an account do `action`, such as `events:PutEvents`.

    `org_id` is the organisation the account belongs to, for conditions on `aws:PrincipalOrgID`. A condition
    that is not understood lets nobody in: it fails where a statement allows and holds where one denies.
    """
    facts = {"aws:principalaccount": caller_account, "aws:principalorgid": org_id}
    allowed = False
    for statement in _statements(policy_text):
        denies = statement.get("Effect") == "Deny"
        if not (_names_action(statement, action) and _names_account(statement, caller_account)):
            continue
        if not _holds(statement.get("Condition", {}), facts, if_unknown=denies):
            continue
        if denies:
            return False
        allowed = True
    return allowed


@lru_cache(maxsize=256)
def _statements(policy_text: str) -> list[Mapping[str, Any]]:
    return _list(orjson.loads(policy_text).get("Statement"))


def _names_action(statement: Mapping[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _any_like(_list(statement["NotAction"]), action)
    return _any_like(_list(statement.get("Action")), action)


def _any_like(patterns: list[Any], action: str) -> bool:
    return any(_like(pattern.lower()).fullmatch(action.lower()) for pattern in patterns)


def _names_account(statement: Mapping[str, Any], account: str) -> bool:
    if "NotPrincipal" in statement:
        return not _is_one_of(statement["NotPrincipal"], account)
    return _is_one_of(statement.get("Principal"), account)


def _is_one_of(principal: Any, account: str) -> bool:
    """Whether a Principal (`"*"` or `{"AWS": ...}`) names the account as a whole, not just a role of it."""
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    for each in _list(named):
        root = _ACCOUNT_ROOT.fullmatch(each)
        if each in ("*", account) or (root is not None and root[1] == account):
            return True
    return False


def _holds(condition: Mapping[str, Any], facts: Mapping[str, str | None], *, if_unknown: bool) -> bool:
    """Whether every key of every operator holds.

    A key that is known and has no value (an account outside of any organisation) does not hold; an operator
    or key that is not known answers `if_unknown`.
    """
    return all(
        _key_holds(_COMPARISONS.get(operator), key.lower(), _list(wanted), facts, if_unknown=if_unknown)
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _key_holds(
    compare: _Comparison | None,
    key: str,
    wanted: list[str],
    facts: Mapping[str, str | None],
    *,
    if_unknown: bool,
) -> bool:
    if compare is None or key not in facts:
        return if_unknown
    actual = facts[key]
    return actual is not None and any(compare(actual, each) for each in wanted)


def _list(value: Any) -> list[Any]:
    """A policy's value, which may stand alone or in a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
