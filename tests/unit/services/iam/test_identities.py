"""What the call chain learns of keys and principals, and that it learns of changes at once."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import Driver
from tests.unit.services.iam.iam_helpers import ACCOUNT, TRUST, Iam, allowing, arn

from windsock.engine.identities import AttachedPolicy, Principal
from windsock.kernel.scope import Scope


def principal(driver: Driver, resource: str) -> Principal:
    found = driver.engine.identities.principal(arn(resource))
    assert found is not None
    return found


async def test_a_user_holds_the_policies_of_its_groups(driver: Driver, iam: Iam) -> None:
    await iam("CreateUser", UserName="ada", Path="/ops/", Tags=[{"Key": "team", "Value": "blue"}])
    await iam("CreateGroup", GroupName="g")
    await iam("AddUserToGroup", UserName="ada", GroupName="g")
    await iam("PutUserPolicy", UserName="ada", PolicyName="own", PolicyDocument=allowing("s3:GetObject"))
    await iam("PutGroupPolicy", GroupName="g", PolicyName="shared", PolicyDocument=allowing("sqs:*"))
    await iam("AttachGroupPolicy", GroupName="g", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    user = principal(driver, "user/ops/ada")
    assert user.tags == {"team": "blue"}
    assert [policy.name for policy in user.policies] == [
        "own",
        "shared",
        "arn:aws:iam::aws:policy/AdministratorAccess",
    ]
    assert user.policies[0] == AttachedPolicy("own", allowing("s3:GetObject"))
    assert json.loads(user.policies[2].document)["Statement"][0]["Action"] == "*"


async def test_changes_are_seen_at_once(driver: Driver, iam: Iam) -> None:
    await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=7200)
    role = principal(driver, "role/r")
    assert (role.trust, role.max_session_seconds, role.policies) == (TRUST, 7200, ())
    await iam("CreatePolicy", PolicyName="p", PolicyDocument=allowing("s3:GetObject"))
    await iam("AttachRolePolicy", RoleName="r", PolicyArn=arn("policy/p"))
    await iam("PutRolePermissionsBoundary", RoleName="r", PermissionsBoundary=arn("policy/p"))
    role = principal(driver, "role/r")
    attached = AttachedPolicy(arn("policy/p"), allowing("s3:GetObject"))
    assert (role.policies, role.boundary) == ((attached,), attached)
    newer = {"PolicyDocument": allowing("s3:PutObject"), "SetAsDefault": True}
    await iam("CreatePolicyVersion", PolicyArn=arn("policy/p"), **newer)
    assert principal(driver, "role/r").policies[0].document == allowing("s3:PutObject")
    assert driver.engine.identities.managed_policy(arn("policy/p")) == allowing("s3:PutObject")
    await iam("DetachRolePolicy", RoleName="r", PolicyArn=arn("policy/p"))
    await iam("DeleteRole", RoleName="r")
    assert driver.engine.identities.principal(arn("role/r")) is None


async def test_what_was_asked_before_costs_no_read(driver: Driver, iam: Iam, monkeypatch: Any) -> None:
    await iam("CreateUser", UserName="ada")
    key = (await iam("CreateAccessKey", UserName="ada"))["AccessKey"]["AccessKeyId"]
    identities = driver.engine.identities
    known = identities.access_key(key, None), identities.principal(arn("user/ada"))

    def read(_work: Any) -> Any:
        raise AssertionError("the store was read")

    monkeypatch.setattr(driver.engine.store, "read", read)
    assert (identities.access_key(key, None), identities.principal(arn("user/ada"))) == known


async def test_a_name_with_another_path_is_nobody(driver: Driver, iam: Iam) -> None:
    await iam("CreateUser", UserName="ada", Path="/ops/")
    for resource in ("user/ada", "user/dev/ada", "user/ops/Ada", "role/ops/ada", "group/ops/ada"):
        assert driver.engine.identities.principal(arn(resource)) is None, resource


async def test_a_key_is_of_its_user_and_may_be_inactive(driver: Driver, iam: Iam) -> None:
    await iam("CreateUser", UserName="ada")
    made = (await iam("CreateAccessKey", UserName="ada"))["AccessKey"]
    key = driver.engine.identities.access_key(made["AccessKeyId"], None)
    assert key is not None
    assert (key.secret, key.active) == (made["SecretAccessKey"], True)
    await iam("UpdateAccessKey", UserName="ada", AccessKeyId=key.id, Status="Inactive")
    inactive = driver.engine.identities.access_key(key.id, None)
    assert inactive is not None
    assert not inactive.active
    await iam("DeleteAccessKey", UserName="ada", AccessKeyId=key.id)
    assert driver.engine.identities.access_key(key.id, None) is None


async def test_what_is_of_another_partition(driver: Driver) -> None:
    role = {"RoleName": "r", "AssumeRolePolicyDocument": TRUST}
    made = await driver("iam", "CreateRole", account=ACCOUNT, region="cn-north-1", **role)
    assert made["Role"]["Arn"] == f"arn:aws-cn:iam::{ACCOUNT}:role/r"
    assert driver.engine.identities.principal(made["Role"]["Arn"]) is not None
    assert driver.engine.identities.principal(arn("role/r")) is None
    listed = await driver("iam", "ListRoles", account=ACCOUNT, region="eu-west-1")
    assert listed["Roles"] == []


async def test_the_last_use_of_a_key_is_told_and_kept(driver: Driver, iam: Iam) -> None:
    await iam("CreateUser", UserName="ada")
    key_id = (await iam("CreateAccessKey", UserName="ada"))["AccessKey"]["AccessKeyId"]
    identities = driver.engine.identities
    key = identities.access_key(key_id, None)
    assert key is not None
    identities.used(key.identity, key_id, "stepfunctions", "eu-west-1")
    used = (await iam("GetAccessKeyLastUsed", AccessKeyId=key_id))["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("states", "eu-west-1")
    await iam("CreateGroup", GroupName="g")  # what it was written with
    scope = Scope(ACCOUNT, "aws-global")
    row = driver.engine.store.read(lambda tx: _key_row(tx, scope, key_id))
    assert (row.used_service, row.used_region) == ("states", "eu-west-1")
    assert row.used_ms == driver.clock.now_ms()


def _key_row(tx: Any, scope: Scope, key_id: str) -> Any:
    from windsock.services.iam.rows import Rows
    from windsock.services.iam.tables import access_keys
    from windsock.store.scoped_rows import View

    return Rows(access_keys).find(View(tx, scope), id=key_id)


async def test_the_last_use_of_a_role(driver: Driver, iam: Iam) -> None:
    await iam("CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST)
    assert (await iam("GetRole", RoleName="r"))["Role"]["RoleLastUsed"] == {}
    session = await driver("sts", "AssumeRole", account=ACCOUNT, RoleArn=arn("role/r"), RoleSessionName="me")
    credentials = session["Credentials"]
    key = driver.engine.identities.access_key(credentials["AccessKeyId"], credentials["SessionToken"])
    assert key is not None
    driver.engine.identities.used(key.identity, key.id, "sqs", "eu-west-1")
    used = (await iam("GetRole", RoleName="r"))["Role"]["RoleLastUsed"]
    assert used["Region"] == "eu-west-1"


async def test_the_account_may_let_its_users_change_their_passwords(driver: Driver, iam: Iam) -> None:
    await iam("CreateUser", UserName="ada", Path="/engines/")
    user = arn("user/engines/ada")
    assert policies_of(driver, user) == []
    await iam("UpdateAccountPasswordPolicy", AllowUsersToChangePassword=True)
    assert policies_of(driver, user) == ["AllowUsersToChangePassword"]
    await iam("UpdateAccountPasswordPolicy", AllowUsersToChangePassword=False)
    assert policies_of(driver, user) == []


def policies_of(driver: Driver, user: str) -> list[str]:
    principal = driver.engine.identities.principal(user)
    assert principal is not None
    return [policy.name for policy in principal.policies]
