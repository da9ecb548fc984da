"""The account as a whole: its alias, its summary, all its details, its credential report."""

from __future__ import annotations

import csv
from urllib.parse import unquote

import pytest
from tests.conftest import Driver
from tests.unit.services.iam.iam_helpers import TRUST, Iam, allowing, arn

from windsock.kernel.errors import AwsError


async def make_some(iam: Iam) -> None:
    """A user in a group, a role in an instance profile, a policy on all of them."""
    await iam("CreateUser", UserName="ada", Tags=[{"Key": "team", "Value": "blue"}])
    await iam("CreateGroup", GroupName="g")
    await iam("AddUserToGroup", UserName="ada", GroupName="g")
    await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST)
    await iam("CreateInstanceProfile", InstanceProfileName="ip")
    await iam("AddRoleToInstanceProfile", InstanceProfileName="ip", RoleName="r")
    await iam("CreatePolicy", PolicyName="p", PolicyDocument=allowing("s3:*"))
    await iam("AttachUserPolicy", UserName="ada", PolicyArn=arn("policy/p"))
    await iam("PutGroupPolicy", GroupName="g", PolicyName="inline", PolicyDocument=allowing("sqs:*"))
    await iam("AttachRolePolicy", RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


async def test_an_alias_is_one_accounts(driver: Driver, iam: Iam) -> None:
    await iam("CreateAccountAlias", AccountAlias="ours")
    with pytest.raises(AwsError, match="The account alias ours already exists"):
        await driver("iam", "CreateAccountAlias", account="999999999999", AccountAlias="ours")
    await iam("CreateAccountAlias", AccountAlias="renamed")
    assert (await iam("ListAccountAliases"))["AccountAliases"] == ["renamed"]
    await driver("iam", "CreateAccountAlias", account="999999999999", AccountAlias="ours")
    with pytest.raises(AwsError, match="The account alias ours cannot be found"):
        await iam("DeleteAccountAlias", AccountAlias="ours")


async def test_the_summary_counts(iam: Iam) -> None:
    before = (await iam("GetAccountSummary"))["SummaryMap"]
    await make_some(iam)
    after = (await iam("GetAccountSummary"))["SummaryMap"]
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert grown == {
        "Users": 1, "Groups": 1, "Roles": 1, "InstanceProfiles": 1, "Policies": 1, "PolicyVersionsInUse": 1,
    }  # fmt: skip
    assert (after["UsersQuota"], after["AttachedPoliciesPerRoleQuota"]) == (5000, 10)


async def test_all_details(iam: Iam) -> None:
    await make_some(iam)
    details = await iam("GetAccountAuthorizationDetails")
    (user,), (group,), (role,) = (details[f"{kind}DetailList"] for kind in ("User", "Group", "Role"))
    assert (user["GroupList"], user["Tags"]) == (["g"], [{"Key": "team", "Value": "blue"}])
    assert user["AttachedManagedPolicies"] == [{"PolicyName": "p", "PolicyArn": arn("policy/p")}]
    assert unquote(group["GroupPolicyList"][0]["PolicyDocument"]) == allowing("sqs:*")
    assert [profile["InstanceProfileName"] for profile in role["InstanceProfileList"]] == ["ip"]
    assert unquote(role["AssumeRolePolicyDocument"]) == TRUST
    assert [policy["PolicyName"] for policy in details["Policies"]] == ["p", "AdministratorAccess"]
    assert unquote(details["Policies"][0]["PolicyVersionList"][0]["Document"]) == allowing("s3:*")
    roles = await iam("GetAccountAuthorizationDetails", Filter=["Role"])
    assert (roles["UserDetailList"], len(roles["RoleDetailList"])) == ([], 1)


async def test_details_page_by_page(iam: Iam) -> None:
    await make_some(iam)
    seen = []
    page = await iam("GetAccountAuthorizationDetails", MaxItems=2)
    seen.append([name for name in page if isinstance(page[name], list) and page[name]])
    while page["IsTruncated"]:
        page = await iam("GetAccountAuthorizationDetails", MaxItems=2, Marker=page["Marker"])
        seen.append([name for name in page if isinstance(page[name], list) and page[name]])
    assert seen == [["UserDetailList", "GroupDetailList"], ["RoleDetailList", "Policies"], ["Policies"]]


async def test_the_credential_report(driver: Driver, iam: Iam) -> None:
    await make_some(iam)
    await iam("CreateLoginProfile", UserName="ada", Password="Correct-horse1")
    key = (await iam("CreateAccessKey", UserName="ada"))["AccessKey"]["AccessKeyId"]
    await iam("UpdateAccessKey", UserName="ada", AccessKeyId=key, Status="Inactive")
    await iam("CreateAccessKey", UserName="ada")
    assert (await iam("GenerateCredentialReport"))["State"] == "STARTED"
    assert (await iam("GenerateCredentialReport"))["State"] == "COMPLETE"
    report = await iam("GetCredentialReport")
    root, ada = csv.DictReader(report["Content"].decode().splitlines())
    assert (root["user"], root["arn"], root["password_enabled"]) == (
        "<root_account>", arn("root"), "not_supported",
    )  # fmt: skip
    assert (ada["user"], ada["password_enabled"], ada["mfa_active"]) == ("ada", "true", "false")
    assert ada["user_creation_time"] == "2017-01-02T00:00:00+00:00"
    assert sorted([ada["access_key_1_active"], ada["access_key_2_active"]]) == ["false", "true"]
    assert ada["access_key_1_last_used_date"] == "N/A"
    await driver.advance(4 * 3600)
    with pytest.raises(AwsError) as caught:
        await iam("GetCredentialReport")
    assert caught.value.code == "ReportExpired"
    assert (await iam("GenerateCredentialReport"))["State"] == "STARTED"
