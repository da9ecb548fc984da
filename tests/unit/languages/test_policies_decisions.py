"""What a decision tells, and that odd documents and requests are decided or refused, never more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy_words import policies_of, principal_of

from windsock.languages.policies import (
    Policies,
    PolicyError,
    Principal,
    Request,
    Source,
    decide,
    parse,
)

USER = Principal.user("arn:aws:iam::111122223333:user/team/alice", user_id="AIDAALICE")
QUEUE = "arn:aws:sqs:us-east-1:111122223333:jobs"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NOTHING = {"Effect": "Allow", "Action": "none:*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def on_resource(statement: dict[str, Any], principal: Any = "*") -> dict[str, Any]:
    return policy({**statement, "Principal": principal})


def trusting(effect: str) -> dict[str, Any]:
    return policy({"Effect": effect, "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"})


MAY = [policy(ALL)]

REASONS: list[tuple[dict[str, Any], str]] = [
    ({}, "because no identity-based policy allows the sqs:SendMessage action"),
    ({"identity": [policy(DENY)]}, "with an explicit deny in an identity-based policy"),
    (
        {"identity": MAY, "boundary": policy(NOTHING)},
        "because no permissions boundary allows the sqs:SendMessage action",
    ),
    ({"identity": MAY, "boundary": policy(DENY)}, "with an explicit deny in a permissions boundary"),
    (
        {"identity": MAY, "session": [policy(NOTHING)]},
        "because no session policy allows the sqs:SendMessage action",
    ),
    ({"identity": MAY, "session": [policy(DENY)]}, "with an explicit deny in a session policy"),
    (
        {"identity": MAY, "service_control": [[policy(NOTHING)]]},
        "because no service control policy allows the sqs:SendMessage action",
    ),
    (
        {"identity": MAY, "service_control": [[policy(DENY)]]},
        "with an explicit deny in a service control policy",
    ),
    ({"identity": MAY, "resource": on_resource(DENY)}, "with an explicit deny in a resource-based policy"),
    ({"identity": MAY, "resource": on_resource(NOTHING)}, "allowed by an identity-based policy"),
]


@pytest.mark.parametrize(("words", "reason"), REASONS)
def test_reasons_end_aws_messages(words: dict[str, Any], reason: str) -> None:
    assert decide(Request(USER, "sqs:SendMessage", QUEUE), policies_of(words)).reason == reason


def test_reasons_of_other_principals() -> None:
    role = "arn:aws:iam::111122223333:role/app"
    assume = Request(USER, "sts:AssumeRole", role)
    other = policy({"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"})
    untrusted = decide(assume, policies_of({"identity": MAY, "trust": other}))
    assert untrusted.reason == "because no role trust policy allows the sts:AssumeRole action"
    denied = decide(assume, policies_of({"identity": MAY, "trust": trusting("Deny")}))
    assert denied.reason == "with an explicit deny in the role trust policy"
    service = Request(Principal.service("events.amazonaws.com"), "sqs:SendMessage", QUEUE)
    assert decide(service, Policies()).reason == (
        "because no resource-based policy allows the sqs:SendMessage action"
    )
    stranger = Request(Principal.user("arn:aws:iam::444455556666:user/bob"), "sqs:SendMessage", QUEUE)
    assert decide(stranger, Policies(identity=[parse(policy(ALL))])).source is Source.RESOURCE
    assert decide(stranger, Policies()).source is Source.IDENTITY
    root = decide(Request(Principal.root("111122223333"), "sqs:SendMessage", QUEUE), Policies())
    assert (root.allowed, root.matches, root.source) == (True, (), None)


def test_the_statements_that_made_it_are_told() -> None:
    first = parse(policy(NOTHING, {**ALL, "Sid": "Everything"})).named("first")
    second = parse(policy({**DENY, "Sid": "ButNothing", "Action": "iam:*"})).named("second")
    policies = Policies(identity=[first, second])
    [allow] = decide(Request(USER, "sqs:SendMessage", QUEUE), policies).matches
    assert (allow.policy.name, allow.statement.sid, allow.statement.index) == ("first", "Everything", 1)
    [deny] = decide(Request(USER, "iam:ListUsers"), policies).matches
    assert (deny.policy.name, deny.statement.effect, deny.source) == ("second", "Deny", Source.IDENTITY)


@pytest.mark.parametrize("element", [{"AWS": "AIDAALICE"}, {"AWS": ["444455556666", "AIDAALICE"]}])
def test_a_principal_can_be_named_by_its_unique_id(element: Any) -> None:
    policies = Policies(resource=parse(on_resource(ALL, element), "resource"))
    assert decide(Request(USER, "sqs:SendMessage", QUEUE), policies).allowed


def test_a_canonical_user_is_its_account() -> None:
    user = Principal("user", "arn:aws:iam::444455556666:user/bob", "444455556666", canonical_id="79a5")
    policies = policies_of({"identity": MAY, "resource": on_resource(ALL, {"CanonicalUser": "79a5"})})
    assert decide(Request(user, "s3:GetObject", "arn:aws:s3:::b/k", {}, "111122223333"), policies).allowed


def test_hostile_patterns_are_matched_in_time() -> None:
    hostile = {"Effect": "Allow", "Action": "s3:" + "*a" * 200, "Resource": "arn:aws:s3:" + "*b" * 200}
    for document in (policy(hostile), policy({**hostile, "Action": "*"})):
        request = Request(USER, "s3:" + "a" * 150, "arn:aws:s3:" + "b" * 150)
        assert decide(request, Policies(identity=[parse(document)])).verdict == "implicit_deny"


WORDS = st.sampled_from(
    """
    Allow Deny * sqs:* sqs:Send* SQS:? iam:* arn:aws:s3:::b/* arn:aws:iam::1:root AWS Service 111122223333
    StringEquals StringLike NumericLessThan DateGreaterThan IpAddress NotIpAddress ArnLike Bool BinaryEquals
    Null ForAllValues:StringLike ForAnyValue:ArnNotLike StringLikeIfExists aws:username aws:SourceIp true 10
    ${aws:username} ${aws:x,'y'} ${*} ${ ${} 10.0.0.0/8 2012-10-17 2008-10-17 2020-01-01T00:00:00Z
    """.split()  # noqa: SIM905
)
TEXTS = WORDS | st.text(max_size=12)
ELEMENTS = st.sampled_from(
    """
    Version Id Statement Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition
    """.split()  # noqa: SIM905
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(("Allow", "Deny")), "Action": st.lists(TEXTS, max_size=3), "Resource": TEXTS},
    optional={
        "Sid": TEXTS,
        "Principal": st.just("*") | st.dictionaries(st.sampled_from(("AWS", "Service")), TEXTS, max_size=2),
        "Condition": st.dictionaries(
            WORDS,
            st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS | st.booleans(), max_size=3), max_size=2),
            max_size=2,
        ),
    },
)
DOCUMENTS = (
    JSON
    | st.dictionaries(ELEMENTS, JSON, max_size=6)
    | st.fixed_dictionaries({"Version": st.just("2012-10-17"), "Statement": st.lists(STATEMENTS, max_size=3)})
)
PRINCIPALS = st.sampled_from(
    (
        USER,
        principal_of(
            {"session": "arn:aws:sts::111122223333:assumed-role/a/b", "role": "arn:aws:iam::1:role/a"}
        ),
        Principal.root("111122223333"),
        Principal.service("states.amazonaws.com", "us-west-2"),
        Principal.anonymous(),
        Principal.user("no arn at all"),
    )
)


@settings(max_examples=400, deadline=None)
@given(
    DOCUMENTS,
    st.sampled_from(("identity", "managed", "resource", "trust")),
    PRINCIPALS,
    TEXTS,
    TEXTS,
    st.data(),
)
def test_anything_is_refused_or_decided(
    document: Any, kind: Any, principal: Principal, action: str, resource: str, data: st.DataObject
) -> None:
    try:
        compiled = parse(json.dumps(document), kind)
    except PolicyError as refusal:
        assert str(refusal)
        return
    values: st.SearchStrategy[str | list[str]] = TEXTS | st.lists(TEXTS, max_size=3)
    context = data.draw(st.dictionaries(TEXTS, values, max_size=4))
    request = Request(principal, action, resource, context)
    for policies in (
        Policies(identity=[compiled], boundary=compiled, session=[compiled]),
        Policies(resource=compiled, service_control=[[compiled]]),
    ):
        decision = decide(request, policies)
        assert decision.verdict in ("allow", "explicit_deny", "implicit_deny")
        if decision.verdict == "explicit_deny":
            assert {match.statement.effect for match in decision.matches} == {"Deny"}
