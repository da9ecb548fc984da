"""Managed policies: the account's and AWS's, who has them, and how big they may be."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from tests.conftest import Driver
from tests.unit.services.iam.iam_helpers import TRUST, Iam, allowing, arn

from windsock.kernel.errors import AwsError

# Those that the archive of CloudWatch Events posts, SAM and common templates name.
NAMED = (
    "AdministratorAccess", "AmazonEC2FullAccess", "AmazonRDSFullAccess", "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess", "AmazonSSMManagedInstanceCore", "AWSCloudFormationReadOnlyAccess",
    "AWSLambdaExecute", "AWSXRayDaemonWriteAccess", "CloudWatchFullAccess", "IAMFullAccess",
    "PowerUserAccess", "ReadOnlyAccess", "service-role/AmazonEC2ContainerServiceEventsRole",
    "service-role/AmazonEC2ContainerServiceforEC2Role", "service-role/AmazonEC2RoleforSSM",
    "service-role/AmazonEC2SpotFleetRole", "service-role/AmazonEC2SpotFleetTaggingRole",
    "service-role/AmazonECSTaskExecutionRolePolicy", "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaRole", "service-role/AWSLambdaSQSQueueExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
async def test_policies_of_aws_that_templates_name(iam: Iam, name: str) -> None:
    policy_arn = f"arn:aws:iam::aws:policy/{name}"
    policy = (await iam("GetPolicy", PolicyArn=policy_arn))["Policy"]
    assert policy["IsAttachable"]
    version = await iam("GetPolicyVersion", PolicyArn=policy_arn, VersionId=policy["DefaultVersionId"])
    document = json.loads(unquote(version["PolicyVersion"]["Document"]))
    assert all(statement["Effect"] in ("Allow", "Deny") for statement in document["Statement"])


async def test_all_of_them_page_by_page(iam: Iam) -> None:
    names: list[str] = []
    page = await iam("ListPolicies", Scope="AWS", MaxItems=1000)
    names += [policy["PolicyName"] for policy in page["Policies"]]
    page = await iam("ListPolicies", Scope="AWS", MaxItems=1000, Marker=page["Marker"])
    names += [policy["PolicyName"] for policy in page["Policies"]]
    assert not page["IsTruncated"]
    assert len(names) == len(set(names)) > 1500


async def test_who_has_a_policy(iam: Iam) -> None:
    await iam("CreateUser", UserName="ada", Path="/ops/")
    await iam("CreateGroup", GroupName="g")
    await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST)
    await iam("CreatePolicy", PolicyName="p", PolicyDocument=allowing("s3:*"))
    policy = {"PolicyArn": arn("policy/p")}
    await iam("AttachUserPolicy", UserName="ada", **policy)
    await iam("AttachGroupPolicy", GroupName="g", **policy)
    await iam("PutRolePermissionsBoundary", RoleName="r", PermissionsBoundary=arn("policy/p"))
    told = (await iam("GetPolicy", **policy))["Policy"]
    assert (told["AttachmentCount"], told["PermissionsBoundaryUsageCount"]) == (2, 1)

    async def names(**params: str) -> list[str]:
        answer = await iam("ListEntitiesForPolicy", **policy, **params)
        return [
            *(user["UserName"] for user in answer["PolicyUsers"]),
            *(group["GroupName"] for group in answer["PolicyGroups"]),
            *(role["RoleName"] for role in answer["PolicyRoles"]),
        ]

    assert await names() == ["ada", "g", "r"]
    assert await names(PolicyUsageFilter="PermissionsPolicy") == ["ada", "g"]
    assert await names(PolicyUsageFilter="PermissionsBoundary") == ["r"]
    assert await names(EntityFilter="Group") == ["g"]
    assert await names(PathPrefix="/ops/") == ["ada"]
    with pytest.raises(AwsError, match="Cannot delete a policy attached to entities"):
        await iam("DeletePolicy", **policy)
    attached = await iam("ListPolicies", Scope="Local", OnlyAttached=True)
    assert [policy["PolicyName"] for policy in attached["Policies"]] == ["p"]


async def test_a_policy_of_another_account_is_not_there(driver: Driver, iam: Iam) -> None:
    await iam("CreatePolicy", PolicyName="p", PolicyDocument=allowing("s3:*"))
    await driver("iam", "CreateUser", account="999999999999", UserName="eve")
    attach = {"UserName": "eve", "PolicyArn": arn("policy/p")}
    with pytest.raises(AwsError, match="does not exist or is not attachable"):
        await driver("iam", "AttachUserPolicy", account="999999999999", **attach)
    with pytest.raises(AwsError, match="was not found"):
        await driver("iam", "GetPolicy", account="999999999999", PolicyArn=arn("policy/p"))


async def test_at_most_ten_policies_are_attached(iam: Iam) -> None:
    await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST)
    for name in NAMED[:10]:
        await iam("AttachRolePolicy", RoleName="r", PolicyArn=f"arn:aws:iam::aws:policy/{name}")
    with pytest.raises(AwsError) as caught:
        await iam("AttachRolePolicy", RoleName="r", PolicyArn=f"arn:aws:iam::aws:policy/{NAMED[10]}")
    assert str(caught.value) == "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"
    await iam("AttachRolePolicy", RoleName="r", PolicyArn=f"arn:aws:iam::aws:policy/{NAMED[0]}")


async def test_white_space_does_not_count(iam: Iam) -> None:
    spacious = allowing("s3:*").replace(" ", " " * 4000)
    await iam("CreatePolicy", PolicyName="p", PolicyDocument=spacious)
    await iam("CreateUser", UserName="ada")
    await iam("PutUserPolicy", UserName="ada", PolicyName="p", PolicyDocument=spacious)
    with pytest.raises(AwsError, match="Maximum policy size of 2048 bytes exceeded for user ada"):
        await iam(
            "PutUserPolicy",
            UserName="ada",
            PolicyName="q",
            PolicyDocument=allowing(*(f"s3:Get{number:03d}" for number in range(200))),
        )
    with pytest.raises(AwsError, match="Cannot exceed quota for PolicySize: 6144"):
        await iam(
            "CreatePolicy",
            PolicyName="big",
            PolicyDocument=allowing(*(f"s3:Get{number:04d}" for number in range(600))),
        )


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{}", "Syntax errors in policy."),
        (
            allowing("s3:*", resource="x"),
            'Resource x must be in ARN format or "*".',
        ),
        (
            allowing("s3:*").replace("2012", "2008"),
            "Policy document must be version 2012-10-17 or greater.",
        ),
    ],
)
async def test_documents_that_are_none(iam: Iam, document: str, message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await iam("CreatePolicy", PolicyName="p", PolicyDocument=document)
    assert str(caught.value) == f"MalformedPolicyDocument: {message}"
