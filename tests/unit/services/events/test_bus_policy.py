"""Which accounts a bus's policy lets in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from windsock.services.events.bus_policy import policy_allows

FRIEND = "111122223333"
STRANGER = "444455556666"
ROOT = {"AWS": f"arn:aws:iam::{FRIEND}:root"}
IN_ORG = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}


def _statement(**changes: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": ROOT,
        "Action": "events:PutEvents",
        "Resource": "*",
    } | changes
    return {name: value for name, value in statement.items() if value is not None}


def _allows(*statements: Any, account: str = FRIEND, org: str | None = None) -> bool:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return policy_allows(json.dumps(policy), account, "events:PutEvents", org)


@pytest.mark.parametrize(
    ("principal", "friend", "stranger"),
    [
        ("*", True, True),
        ({"AWS": "*"}, True, True),
        ({"AWS": FRIEND}, True, False),
        (ROOT, True, False),
        ({"AWS": ["arn:aws:iam::777788889999:root", f"arn:aws-cn:iam::{FRIEND}:root"]}, True, False),
        ({"AWS": f"arn:aws:iam::{FRIEND}:role/sender"}, False, False),
        ({"Service": "events.amazonaws.com"}, False, False),
    ],
)
def test_principals(principal: Any, friend: bool, stranger: bool) -> None:
    statement = _statement(Principal=principal)
    assert _allows(statement) is friend
    assert _allows(statement, account=STRANGER) is stranger


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("events:PutEvents", True),
        ("events:putevents", True),
        ("events:Put*", True),
        ("events:*", True),
        ("*", True),
        (["events:PutRule", "events:PutEvents"], True),
        ("events:PutEvent", False),
        ("events:PutEvents?", False),
        ("sns:*", False),
    ],
)
def test_actions(action: Any, allowed: bool) -> None:
    assert _allows(_statement(Action=action)) is allowed


def test_not_action_and_not_principal() -> None:
    assert _allows(_statement(Action=None, NotAction="events:PutRule"))
    assert not _allows(_statement(Action=None, NotAction="events:Put*"))
    assert not _allows(_statement(Principal=None, NotPrincipal=ROOT))
    assert _allows(_statement(Principal=None, NotPrincipal=ROOT), account=STRANGER)


@pytest.mark.parametrize(("org", "allowed"), [("o-1234567890", True), ("o-0987654321", False), (None, False)])
def test_an_organisation_is_let_in(org: str | None, allowed: bool) -> None:
    assert _allows(_statement(Principal="*", Condition=IN_ORG), org=org) is allowed


def test_condition_keys_have_no_case_and_lists_are_alternatives() -> None:
    condition = {"StringEquals": {"AWS:principalorgid": ["o-0987654321", "o-1234567890"]}}
    assert _allows(_statement(Condition=condition), org="o-1234567890")
    assert _allows(_statement(Condition={"StringLike": {"aws:PrincipalOrgID": "o-123*"}}), org="o-1234567890")
    assert _allows(_statement(Condition={"StringEqualsIgnoreCase": {"aws:PrincipalAccount": FRIEND}}))


def test_denying_wins_whatever_the_order() -> None:
    allow, deny = _statement(Principal="*"), _statement(Effect="Deny")
    assert not _allows(allow, deny)
    assert not _allows(deny, allow)
    assert _allows(deny, allow, account=STRANGER)


def test_a_condition_that_is_not_understood_lets_nobody_in() -> None:
    unknown_operator = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    unknown_key = {"StringEquals": {"events:source": "mine"}}
    for condition in (unknown_operator, unknown_key):
        assert not _allows(_statement(Condition=condition))
        assert not _allows(_statement(), _statement(Effect="Deny", Condition=condition))
    assert _allows(_statement(), _statement(Effect="Deny", Condition=IN_ORG))


def test_nothing_said_is_nothing_allowed() -> None:
    assert not _allows()
    assert not policy_allows("{}", FRIEND, "events:PutEvents")
