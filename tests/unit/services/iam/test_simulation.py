"""The policy simulator: the same deciding as of real calls, and where it comes from."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.organizations import ONE, attach, founded, policy
from tests.unit.services.iam.iam_helpers import TRUST, Iam, allowing, arn

from windsock.kernel.errors import AwsError

BUCKET = "arn:aws:s3:::box"
DENY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    {
      "Effect": "Deny",
      "Action": "s3:DeleteBucket",
      "Resource": "*"
    }
  ]
}"""


async def results(iam: Iam, operation: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await iam(operation, **params))["EvaluationResults"]
    return found


async def test_policies_that_are_given(iam: Iam) -> None:
    told = await results(
        iam,
        "SimulateCustomPolicy",
        PolicyInputList=[DENY],
        ActionNames=["s3:ListBucket", "s3:DeleteBucket", "sqs:SendMessage"],
    )
    assert [(each["EvalActionName"], each["EvalResourceName"], each["EvalDecision"]) for each in told] == [
        ("s3:ListBucket", "*", "allowed"),
        ("s3:DeleteBucket", "*", "explicitDeny"),
        ("sqs:SendMessage", "*", "implicitDeny"),
    ]
    assert told[1]["MatchedStatements"] == [
        {
            "SourcePolicyId": "PolicyInputList.1",
            "SourcePolicyType": "none",
            "StartPosition": {"Line": 5, "Column": 5},
            "EndPosition": {"Line": 9, "Column": 6},
        }
    ]


async def test_page_by_page(iam: Iam) -> None:
    params: dict[str, Any] = {
        "PolicyInputList": [DENY],
        "ActionNames": ["s3:ListBucket", "s3:GetObject"],
        "ResourceArns": [BUCKET, f"{BUCKET}/key"],
    }
    first = await iam("SimulateCustomPolicy", **params, MaxItems=3)
    second = await iam("SimulateCustomPolicy", **params, MaxItems=3, Marker=first["Marker"])
    pairs = [
        (each["EvalActionName"], each["EvalResourceName"])
        for each in first["EvaluationResults"] + second["EvaluationResults"]
    ]
    assert pairs == [(action, of) for action in params["ActionNames"] for of in params["ResourceArns"]]


async def test_what_a_user_may(iam: Iam) -> None:
    await iam("CreateUser", UserName="ada")
    await iam("CreateGroup", GroupName="g")
    await iam("AddUserToGroup", UserName="ada", GroupName="g")
    box = allowing("s3:*", resource=BUCKET)
    await iam("PutGroupPolicy", GroupName="g", PolicyName="box", PolicyDocument=box)
    await iam("AttachUserPolicy", UserName="ada", PolicyArn="arn:aws:iam::aws:policy/AmazonSQSFullAccess")
    ask = {"PolicySourceArn": arn("user/ada"), "ResourceArns": [BUCKET]}
    of_group, of_aws = await results(
        iam, "SimulatePrincipalPolicy", ActionNames=["s3:ListBucket", "sqs:SendMessage"], **ask
    )
    (matched,) = of_group["MatchedStatements"]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == ("group_g_box", "group")
    (matched,) = of_aws["MatchedStatements"]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == ("AmazonSQSFullAccess", "aws-managed")
    (other,) = await results(
        iam,
        "SimulatePrincipalPolicy",
        PolicySourceArn=arn("user/ada"),
        ActionNames=["s3:ListBucket"],
        ResourceArns=["arn:aws:s3:::other"],
    )
    assert other["EvalDecision"] == "implicitDeny"


async def test_a_boundary_takes_away(iam: Iam) -> None:
    await iam("CreatePolicy", PolicyName="only-sqs", PolicyDocument=allowing("sqs:*"))
    await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST)
    await iam("PutRolePolicy", RoleName="r", PolicyName="all", PolicyDocument=allowing("*"))
    await iam("PutRolePermissionsBoundary", RoleName="r", PermissionsBoundary=arn("policy/only-sqs"))
    outside, inside = await results(
        iam,
        "SimulatePrincipalPolicy",
        PolicySourceArn=arn("role/r"),
        ActionNames=["s3:ListBucket", "sqs:SendMessage"],
    )
    assert outside["EvalDecision"] == "implicitDeny"
    assert outside["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert inside["EvalDecision"] == "allowed"


async def test_conditions_and_the_keys_they_want(iam: Iam) -> None:
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:SecureTransport": "true"}}
    policy = allowing("s3:*", Condition=condition)
    ask: dict[str, Any] = {"PolicyInputList": [policy], "ActionNames": ["s3:ListBucket"]}
    keys = (await iam("GetContextKeysForCustomPolicy", PolicyInputList=[policy]))["ContextKeyNames"]
    assert keys == ["aws:SecureTransport", "aws:SourceIp"]
    secure = {
        "ContextKeyName": "aws:SecureTransport",
        "ContextKeyType": "boolean",
        "ContextKeyValues": ["true"],
    }
    (told,) = await results(iam, "SimulateCustomPolicy", **ask, ContextEntries=[secure])
    assert (told["EvalDecision"], told["MissingContextValues"]) == ("implicitDeny", ["aws:SourceIp"])
    address = {"ContextKeyName": "aws:SourceIp", "ContextKeyType": "ip", "ContextKeyValues": ["203.0.113.9"]}
    (told,) = await results(iam, "SimulateCustomPolicy", **ask, ContextEntries=[secure, address])
    assert (told["EvalDecision"], told["MissingContextValues"]) == ("allowed", [])


async def test_the_policy_of_a_resource(iam: Iam) -> None:
    await iam("CreateUser", UserName="ada")
    policy = allowing("s3:ListBucket", resource=BUCKET, Principal={"AWS": arn("user/ada")})
    ask = {"ActionNames": ["s3:ListBucket"], "ResourceArns": [BUCKET], "ResourcePolicy": policy}
    (told,) = await results(iam, "SimulatePrincipalPolicy", PolicySourceArn=arn("user/ada"), **ask)
    assert told["EvalDecision"] == "allowed"
    assert told["MatchedStatements"][0]["SourcePolicyType"] == "resource"
    with pytest.raises(AwsError, match="CallerArn is required"):
        await iam("SimulateCustomPolicy", PolicyInputList=[DENY], **ask)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (arn("user/nobody"), f"NoSuchEntity: The entity {arn('user/nobody')} cannot be found."),
        (
            "arn:aws:s3:::a-rather-long-name",
            "ValidationError: ARN arn:aws:s3:::a-rather-long-name is not valid.",
        ),
    ],
)
async def test_who_is_not_there(iam: Iam, source: str, error: str) -> None:
    with pytest.raises(AwsError) as caught:
        await iam("SimulatePrincipalPolicy", PolicySourceArn=source, ActionNames=["s3:ListBucket"])
    assert str(caught.value) == error


async def test_what_an_organisation_leaves_is_simulated(driver: Driver) -> None:
    await founded(driver, ONE)
    await attach(driver, await policy(driver, "p", Effect="Deny", Action="sqs:*", Resource="*"), ONE)
    await driver("iam", "CreateUser", account=ONE, UserName="ada")
    ada = f"arn:aws:iam::{ONE}:user/ada"
    everything = "arn:aws:iam::aws:policy/AdministratorAccess"
    await driver("iam", "AttachUserPolicy", account=ONE, UserName="ada", PolicyArn=everything)
    told = await driver(
        "iam",
        "SimulatePrincipalPolicy",
        account=ONE,
        PolicySourceArn=ada,
        ActionNames=["sqs:ListQueues", "sns:ListTopics"],
    )
    assert [
        (each["EvalDecision"], each["OrganizationsDecisionDetail"]["AllowedByOrganizations"])
        for each in told["EvaluationResults"]
    ] == [("explicitDeny", False), ("allowed", True)]
