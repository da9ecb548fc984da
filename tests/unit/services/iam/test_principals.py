"""Users, groups, roles: names in any case, renames, the caller as the default, service-linked roles."""

from __future__ import annotations

import pytest
from tests.conftest import Driver
from tests.unit.services.iam.iam_helpers import ACCOUNT, TRUST, Iam, allowing, arn

from windsock.engine.calls import Caller
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope


async def test_names_do_not_differ_by_case_alone(iam: Iam) -> None:
    await iam("CreateUser", UserName="Ada")
    with pytest.raises(AwsError, match="User with name ADA already exists"):
        await iam("CreateUser", UserName="ADA")
    assert (await iam("GetUser", UserName="ada"))["User"]["UserName"] == "Ada"


async def test_a_rename_keeps_what_is_the_users(iam: Iam) -> None:
    await iam("CreateUser", UserName="ada")
    await iam("CreateGroup", GroupName="g")
    await iam("AddUserToGroup", UserName="ada", GroupName="g")
    await iam("PutUserPolicy", UserName="ada", PolicyName="own", PolicyDocument=allowing("s3:*"))
    await iam("UpdateUser", UserName="ada", NewUserName="grace")
    await iam("UpdateGroup", GroupName="g", NewGroupName="h")
    assert (await iam("ListUserPolicies", UserName="grace"))["PolicyNames"] == ["own"]
    groups = await iam("ListGroupsForUser", UserName="grace")
    assert [group["GroupName"] for group in groups["Groups"]] == ["h"]


async def test_a_name_made_anew_is_somebody_else(iam: Iam) -> None:
    first = (await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST))["Role"]["RoleId"]
    await iam("DeleteRole", RoleName="r")
    second = (await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST))["Role"]["RoleId"]
    assert first != second
    assert first.startswith("AROA")
    assert len(first) == 21


async def test_who_calls_is_who_is_meant(iam: Iam) -> None:
    await iam("CreateUser", UserName="ada")
    assert (await iam.as_user("ada", "GetUser"))["User"]["UserName"] == "ada"
    key = (await iam.as_user("ada", "CreateAccessKey"))["AccessKey"]
    assert key["UserName"] == "ada"
    assert (await iam.as_user("ada", "ListAccessKeys"))["AccessKeyMetadata"][0]["UserName"] == "ada"


async def test_the_root_is_nobody_with_a_name(iam: Iam) -> None:
    assert (await iam("GetUser"))["User"]["Arn"] == arn("root")
    key = (await iam("CreateAccessKey"))["AccessKey"]
    (listed,) = (await iam("ListAccessKeys"))["AccessKeyMetadata"]
    assert listed["AccessKeyId"] == key["AccessKeyId"]
    assert "UserName" not in listed
    assert (await iam("GetAccountSummary"))["SummaryMap"]["AccountAccessKeysPresent"] == 1


async def test_a_role_must_name_the_user_it_means(driver: Driver) -> None:
    caller = Caller("role", ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/r/me", user_id="AROAX:me")
    with pytest.raises(AwsError) as caught:
        await driver.engine.call(
            "iam", "ListAccessKeys", {}, caller=caller, scope=Scope(ACCOUNT, "us-east-1")
        )
    assert (
        str(caught.value) == "ValidationError: Must specify userName when calling with non-User credentials"
    )


@pytest.mark.parametrize(
    ("operation", "params", "message"),
    [
        ("CreateAccessKey", {}, "must delete access keys first"),
        ("CreateLoginProfile", {"Password": "Correct-horse1"}, "must delete login profile first"),
        ("AddUserToGroup", {"GroupName": "g"}, "must remove users from group first"),
        (
            "CreateServiceSpecificCredential",
            {"ServiceName": "codecommit.amazonaws.com"},
            "must delete referenced objects first",
        ),
    ],
)
async def test_a_user_who_has_something_stays(
    iam: Iam, operation: str, params: dict[str, str], message: str
) -> None:
    await iam("CreateUser", UserName="ada")
    await iam("CreateGroup", GroupName="g")
    await iam(operation, UserName="ada", **params)
    with pytest.raises(AwsError, match=message) as caught:
        await iam("DeleteUser", UserName="ada")
    assert caught.value.code == "DeleteConflict"


async def test_a_group_with_members_stays(iam: Iam) -> None:
    await iam("CreateUser", UserName="ada")
    await iam("CreateGroup", GroupName="g")
    await iam("AddUserToGroup", UserName="ada", GroupName="g")
    with pytest.raises(AwsError, match="must remove users from group first"):
        await iam("DeleteGroup", GroupName="g")


async def test_a_service_linked_role(iam: Iam) -> None:
    made = (await iam("CreateServiceLinkedRole", AWSServiceName="spotfleet.amazonaws.com"))["Role"]
    assert made["Arn"] == arn("role/aws-service-role/spotfleet.amazonaws.com/AWSServiceRoleForEC2SpotFleet")
    attached = await iam("ListAttachedRolePolicies", RoleName="AWSServiceRoleForEC2SpotFleet")
    assert [policy["PolicyName"] for policy in attached["AttachedPolicies"]] == [
        "AWSEC2SpotFleetServiceRolePolicy"
    ]
    with pytest.raises(AwsError, match="has been taken in this account"):
        await iam("CreateServiceLinkedRole", AWSServiceName="spotfleet.amazonaws.com")
    with pytest.raises(AwsError, match="only modifiable by AWS") as caught:
        await iam("DeleteRole", RoleName="AWSServiceRoleForEC2SpotFleet")
    assert caught.value.code == "UnmodifiableEntity"
    task = (await iam("DeleteServiceLinkedRole", RoleName="AWSServiceRoleForEC2SpotFleet"))["DeletionTaskId"]
    assert (await iam("GetServiceLinkedRoleDeletionStatus", DeletionTaskId=task))["Status"] == "SUCCEEDED"
    with pytest.raises(AwsError, match="cannot be found"):
        await iam("GetRole", RoleName="AWSServiceRoleForEC2SpotFleet")
    with pytest.raises(AwsError, match="cannot be found"):
        await iam("GetServiceLinkedRoleDeletionStatus", DeletionTaskId=task[:-1])


async def test_a_policy_only_for_services_cannot_be_attached(iam: Iam) -> None:
    await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST)
    policy = "arn:aws:iam::aws:policy/aws-service-role/AWSEC2SpotFleetServiceRolePolicy"
    with pytest.raises(AwsError, match="does not exist or is not attachable"):
        await iam("AttachRolePolicy", RoleName="r", PolicyArn=policy)


async def test_tags_of_roles_are_one_whatever_their_case(iam: Iam) -> None:
    await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST)
    await iam("TagRole", RoleName="r", Tags=[{"Key": "Team", "Value": "blue"}])
    await iam("TagRole", RoleName="r", Tags=[{"Key": "team", "Value": "red"}])
    assert (await iam("ListRoleTags", RoleName="r"))["Tags"] == [{"Key": "team", "Value": "red"}]
    await iam("UntagRole", RoleName="r", TagKeys=["TEAM"])
    assert (await iam("ListRoleTags", RoleName="r"))["Tags"] == []
