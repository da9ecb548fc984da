"""Policy documents IAM takes, and its messages for those it refuses.

The messages are those of IAM, from users' reports and from
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from windsock.languages.policies import Kind, PolicyError, parse

SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
IAM_PATHS = (
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, '
    "instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, "
    "report/, access-report/."
)
BUCKET = "arn:aws:s3:::bucket"


def document(*statements: Any, **top: Any) -> str:
    """A document of the latest version; a statement is completed by what it does not say."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)} | top)


def statement(*, without: str = "", **elements: Any) -> dict[str, Any]:
    """A good statement of an identity's policy, with `elements` changed."""
    good = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": BUCKET}
    return {name: value for name, value in (good | elements).items() if name != without}


def trust(*, without: str = "", **elements: Any) -> dict[str, Any]:
    """A good statement of a trust policy, with `elements` changed."""
    good = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {name: value for name, value in (good | elements).items() if name != without}


def dated(value: str) -> dict[str, Any]:
    """A statement with a condition on a date."""
    return statement(Condition={"DateLessThan": {"aws:CurrentTime": value}})


REFUSED: list[tuple[str, Kind, str]] = [
    ("no JSON", "identity", SYNTAX),
    ("[]", "identity", SYNTAX),
    ('{"Version": "2012-10-17"}', "identity", SYNTAX),
    (document(), "identity", SYNTAX),
    (document("text"), "identity", SYNTAX),
    (document(statement(), Version="2013-10-17"), "identity", SYNTAX),
    (document(statement(), Extra=1), "identity", SYNTAX),
    (document(statement(), Id=["a"]), "identity", SYNTAX),
    (document(statement(Extra=1)), "identity", SYNTAX),
    (document(statement(Sid={})), "identity", SYNTAX),
    (document(statement(without="Effect")), "identity", SYNTAX),
    (document(statement(Effect="Perhaps")), "identity", SYNTAX),
    (document(statement(Action={})), "identity", SYNTAX),
    (document(statement(Action=[[]])), "identity", SYNTAX),
    (document(statement(Action=None)), "identity", SYNTAX),
    (document(statement(NotAction="s3:*")), "identity", SYNTAX),
    (document(statement(NotResource="*")), "identity", SYNTAX),
    (document(statement(Resource={"a": BUCKET})), "identity", SYNTAX),
    (document(statement(Condition=[])), "identity", SYNTAX),
    (document(statement(Condition={"StringEquals": "b"})), "identity", SYNTAX),
    (document(statement(Condition={"StringEquals": {"a": {}}})), "identity", SYNTAX),
    (document(statement(Condition={"Sounds": {"a": "b"}})), "identity", SYNTAX),
    (document(statement(Condition={"stringequals": {"a": "b"}})), "identity", SYNTAX),
    (document(statement(Condition={"NullIfExists": {"a": "true"}})), "identity", SYNTAX),
    (document(statement(Condition={"ForAnyValue::StringEquals": {"a": "b"}})), "identity", SYNTAX),
    (document(statement(Effect="denY")), "identity", LEGACY),
    (document(statement(Effect="allow", Resource="arn:aws:s3:us-east-1::b")), "identity", LEGACY),
    (document(dated("soon")), "identity", LEGACY),
    (document(dated("234-13")), "identity", LEGACY),
    (document(dated("2016-12-13t2:00:00.593194+1")), "identity", LEGACY),
    (document(dated("2016-12-13T02:00:00.1999999999+10:59")), "identity", LEGACY),
    (document(dated("9223372036854775808")), "identity", LEGACY),
    (document(statement(Resource="arn:aws:s3::bucket", without="Action")), "identity", LEGACY),
    (document(statement(Resource="arn:aws::bucket")), "identity", LEGACY),
    (document(statement(Resource="arn:aws::::bucket")), "identity", LEGACY),
    (
        document(statement(Sid="a"), statement(Sid="a", without="Action")),
        "identity",
        "Statement IDs (SID) in a single policy must be unique.",
    ),
    (document(statement(without="Action")), "identity", "Policy statement must contain actions."),
    (document(statement(Action=[])), "identity", "Policy statement must contain actions."),
    (document(statement(without="Resource")), "identity", "Policy statement must contain resources."),
    (document(statement(Resource=[])), "identity", "Policy statement must contain resources."),
    (document(statement(Action="List")), "identity", VENDOR),
    (document(statement(NotAction="", without="Action")), "identity", VENDOR),
    (document(statement(Action="List", without="Resource")), "identity", VENDOR),
    (document(statement(Action="a a:List")), "identity", "Vendor a a is not valid"),
    (document(statement(Action="s3*:List")), "identity", "Vendor s3* is not valid"),
    (
        document(statement(Action="s3:List:Bucket")),
        "identity",
        "Actions/Condition can contain only one colon.",
    ),
    (document(statement(Resource="bucket")), "identity", 'Resource bucket must be in ARN format or "*".'),
    (document(statement(Resource="")), "identity", 'Resource  must be in ARN format or "*".'),
    (
        document(statement(Resource="a:b:c:d:e:f:g:h")),
        "identity",
        'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".',
    ),
    (
        document(statement(Resource="aws:s3:::bucket")),
        "identity",
        'Partition "s3" is not valid for resource "arn:s3:::bucket:*".',
    ),
    (
        document(statement(Resource="a:b")),
        "identity",
        'Partition "b" is not valid for resource "arn:b:*:*:*:*".',
    ),
    (
        document(statement(Resource="arn:aws")),
        "identity",
        "Resource vendor must be fully qualified and cannot contain regexes.",
    ),
    (document(statement(Resource="arn:aws:iam:::bucket")), "identity", IAM_PATHS),
    (
        document(statement(Resource="arn:aws:iam:us-east-1::user/a")),
        "identity",
        "IAM resource arn:aws:iam:us-east-1::user/a cannot contain region information.",
    ),
    (
        document(statement(Resource="arn:aws:s3:us-east-1::bucket")),
        "identity",
        "Resource arn:aws:s3:us-east-1::bucket can not contain region information.",
    ),
    (
        document(statement(Principal="*")),
        "identity",
        "Policy document should not specify a principal.",
    ),
    (
        document(statement(), Version="2008-10-17"),
        "managed",
        "Policy document must be version 2012-10-17 or greater.",
    ),
    (
        json.dumps({"Statement": statement(Effect="denY")}),
        "managed",
        "Policy document must be version 2012-10-17 or greater.",
    ),
    (document(trust(Resource="*")), "trust", "Has prohibited field Resource"),
    (document(trust(without="Principal")), "trust", "Missing required field Principal"),
    (
        document(trust(Action="lambda:Invoke")),
        "trust",
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    (
        document(trust(Principal="*")),
        "trust",
        'AssumeRolepolicy contained an invalid principal: "STAR":"*".',
    ),
    (document(trust(Principal={"Nobody": "a"})), "trust", SYNTAX),
    (document(trust(Principal="arn:aws:iam::123456789012:root")), "trust", SYNTAX),
    (document(statement()), "resource", "Missing required field Principal"),
    (
        document(statement(Principal="*", without="Action")),
        "resource",
        "Policy statement must contain actions.",
    ),
]

TAKEN: list[tuple[str, Kind]] = [
    (json.dumps({"Statement": statement()}), "identity"),
    (json.dumps({"Version": "2012-10-17", "Id": "a", "Statement": statement()}), "managed"),
    (document(statement(Action="*", Resource=[BUCKET, "*"])), "managed"),
    (document(statement(Action="iam: as it likes ")), "managed"),
    (document(statement(Action="s3.s:ListBucket", Resource="arn:aws:anything")), "managed"),
    (document(statement(Resource="arn:aws:iam:::user/a")), "managed"),
    (document(statement(Resource="arn:aws:iam::*:*")), "managed"),
    (document(statement(Resource="arn:aws:iam::*:root")), "managed"),
    (document(statement(Resource="arn:aws:iam::*:ro*")), "managed"),
    (document(statement(Resource="arn:*:s3:::bucket")), "managed"),
    (document(statement(Resource="arn:aws:s3:us-east-1:123456789012:accesspoint/a")), "managed"),
    (document(statement(Resource="arn:aws:ec2:us-east-1::image/a")), "managed"),
    (document({"Effect": "Allow", "NotAction": "s3:a", "NotResource": "*"}), "managed"),
    (document(statement(Condition={})), "managed"),
    (document(statement(Condition={"Sounds": {}})), "managed"),
    (document(statement(Condition={"DateLessThan": {"a": []}})), "managed"),
    (document(statement(Condition={"Bool": {"aws:SecureTransport": True}})), "managed"),
    (document(statement(Condition={"NumericLessThan": {"s3:max-keys": 10}})), "managed"),
    (document(statement(Condition={"ForAnyValue:StringEqualsIfExists": {"a": "b"}})), "managed"),
    (document(dated("2019-07-01T13:20:15Z")), "managed"),
    (document(dated("2016-12-13T21:20:37.593194+00:00")), "managed"),
    (document(dated("2016-12-13t2:00:00.593194+23")), "managed"),
    (document(dated("-292275054")), "managed"),
    (document(dated("01T")), "managed"),
    (document(statement(Sid="a"), statement(), statement()), "managed"),
    (document(trust(), Version="2008-10-17"), "trust"),
    (document(trust(Principal={"Service": ["lambda.amazonaws.com", "events.amazonaws.com"]})), "trust"),
    (document(trust(Principal={"AWS": "*"})), "trust"),
    (
        document(
            trust(Principal={"Federated": "accounts.google.com"}, Action="sts:AssumeRoleWithWebIdentity")
        ),
        "trust",
    ),
    (document(trust(Action=["sts:AssumeRole", "sts:TagSession"])), "trust"),
    (document(statement(Principal="*", Action="SQS:SendMessage", Resource="anything")), "resource"),
    (document(statement(Principal={"CanonicalUser": "a"}, without="Resource")), "resource"),
]


@pytest.mark.parametrize(("text", "kind", "message"), REFUSED)
def test_refused(text: str, kind: Kind, message: str) -> None:
    with pytest.raises(PolicyError) as refusal:
        parse(text, kind)
    assert str(refusal.value) == message


@pytest.mark.parametrize(("text", "kind"), TAKEN)
def test_taken(text: str, kind: Kind) -> None:
    assert parse(text, kind).statements


def test_text_bytes_and_object_are_the_same_policy() -> None:
    text = document(statement(Sid="One"), Id="mine")
    policy = parse(text)
    assert parse(text) is policy
    assert (policy.id, policy.version, policy.statements[0].sid) == ("mine", "2012-10-17", "One")
    assert parse(text.encode()).statements[0].source == parse(json.loads(text)).statements[0].source


def test_context_keys_are_told_as_they_are_spelled() -> None:
    text = document(
        statement(
            Resource=f"{BUCKET}/${{aws:username}}/${{*}}",
            Condition={
                "StringLike": {"s3:Prefix": "${aws:PrincipalTag/Team, 'none'}/*"},
                "Null": {"aws:x": "true"},
            },
        )
    )
    assert parse(text).context_keys == {"aws:username", "s3:Prefix", "aws:PrincipalTag/Team", "aws:x"}
    assert parse(text).named("p").name == "p"


def test_an_object_that_is_no_json_is_refused() -> None:
    with pytest.raises(PolicyError):
        parse({"Version": "2012-10-17", "Statement": {"Effect": {1, 2}}})
