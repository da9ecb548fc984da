"""Organisations: founded, joined, left, deleted; who is a member and who may do what in one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.organizations import MANAGEMENT, ONE, OTHER, OUTSIDE, call, founded, refused, root_of

from windsock.engine.accounts import AccountExists
from windsock.engine.organizations import Organizations
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import DEFAULT_ACCOUNT


async def members(driver: Driver, **params: Any) -> list[str]:
    return [account["Id"] for account in (await call(driver, "ListAccounts", **params))["Accounts"]]


async def test_there_is_none_before_one_is_founded(driver: Driver) -> None:
    for operation in ("DescribeOrganization", "ListAccounts", "LeaveOrganization", "ListRoots"):
        assert (await refused(driver, operation)).code == "AWSOrganizationsNotInUseException"
    assert not driver.engine.part(Organizations).any


async def test_who_founds_one_manages_it(driver: Driver) -> None:
    organization = (await call(driver, "CreateOrganization"))["Organization"]
    number = organization["Id"]
    assert organization == {
        "Id": number,
        "Arn": f"arn:aws:organizations::{MANAGEMENT}:organization/{number}",
        "FeatureSet": "ALL",
        "MasterAccountArn": f"arn:aws:organizations::{MANAGEMENT}:account/{number}/{MANAGEMENT}",
        "MasterAccountId": MANAGEMENT,
        "MasterAccountEmail": f"{MANAGEMENT}@windsock.invalid",
        "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
    }
    assert (await call(driver, "DescribeOrganization"))["Organization"] == organization
    assert (await refused(driver, "CreateOrganization")).code == "AlreadyInOrganizationException"
    root = await root_of(driver)
    [account] = (await call(driver, "ListAccounts"))["Accounts"]
    assert account == {
        "Id": MANAGEMENT,
        "Arn": organization["MasterAccountArn"],
        "Email": f"{MANAGEMENT}@windsock.invalid",
        "Name": "management",
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "Paths": [f"{number}/{root}/{MANAGEMENT}/"],
        "JoinedMethod": "INVITED",
        "JoinedTimestamp": to_datetime(START_MS),
    }


async def test_two_organisations_do_not_see_each_other(driver: Driver) -> None:
    await founded(driver, ONE)
    other = (await call(driver, "CreateOrganization", account=OUTSIDE))["Organization"]
    assert await members(driver) == [ONE, MANAGEMENT]
    assert (await call(driver, "ListAccounts", account=OUTSIDE))["Accounts"][0]["Id"] == OUTSIDE
    assert other["Id"] != (await call(driver, "DescribeOrganization", account=ONE))["Organization"]["Id"]
    assert (await refused(driver, "DescribeAccount", AccountId=OUTSIDE)).code == "AccountNotFoundException"


async def test_members_look_at_little_and_change_nothing(driver: Driver) -> None:
    organization = await founded(driver, ONE, OTHER)
    assert (await call(driver, "DescribeOrganization", account=ONE))["Organization"] == organization
    for operation, params in (
        ("ListAccounts", {}),
        ("CreateOrganizationalUnit", {"ParentId": "r-abcd", "Name": "u"}),
        ("RemoveAccountFromOrganization", {"AccountId": OTHER}),
    ):
        assert (await refused(driver, operation, account=ONE, **params)).code == "AccessDeniedException"
    service = "guardduty.amazonaws.com"
    await call(driver, "RegisterDelegatedAdministrator", AccountId=ONE, ServicePrincipal=service)
    assert len((await call(driver, "ListAccounts", account=ONE))["Accounts"]) == 3


async def test_an_organisation_is_left_and_deleted(driver: Driver) -> None:
    await founded(driver, ONE, OTHER)
    assert (await refused(driver, "DeleteOrganization")).code == "OrganizationNotEmptyException"
    await call(driver, "LeaveOrganization", account=ONE)
    assert await members(driver) == [OTHER, MANAGEMENT]
    assert (await refused(driver, "DescribeOrganization", account=ONE)).code == (
        "AWSOrganizationsNotInUseException"
    )
    await call(driver, "RemoveAccountFromOrganization", AccountId=OTHER)
    assert (await refused(driver, "LeaveOrganization")).code == "MasterCannotLeaveOrganizationException"
    await call(driver, "DeleteOrganization")
    assert not driver.engine.part(Organizations).any
    await call(driver, "CreateOrganization", account=ONE)


async def test_accounts_come_in_pages(driver: Driver) -> None:
    await founded(driver, ONE, OTHER)
    first = await call(driver, "ListAccounts", MaxResults=2)
    rest = await call(driver, "ListAccounts", MaxResults=2, NextToken=first["NextToken"])
    assert [account["Id"] for account in [*first["Accounts"], *rest["Accounts"]]] == [ONE, OTHER, MANAGEMENT]
    assert "NextToken" not in rest
    error = await refused(driver, "ListAccounts", NextToken="nothing")
    assert (error.code, error.details["Reason"]) == ("InvalidInputException", "INVALID_NEXT_TOKEN")


async def add(driver: Driver, account: str | None, name: str = "") -> str:
    """What `windsock accounts create` does."""
    asked = {"AccountName": name} | ({} if account is None else {"AccountId": account})
    made = await driver("organizations", "AddAccount", **asked)
    return str(made["AccountId"])


async def test_accounts_made_by_windsock_are_in_the_organisation_of_the_default_account(
    driver: Driver,
) -> None:
    await add(driver, OTHER, "other")
    drawn = await add(driver, None)
    accounts = (await driver("organizations", "ListAccounts"))["Accounts"]
    assert {account["Id"]: account["Name"] for account in accounts} == {
        DEFAULT_ACCOUNT: "management",
        OTHER: "other",
        drawn: drawn,
    }
    with pytest.raises(AccountExists):
        await add(driver, OTHER)


async def test_they_are_in_none_while_somebody_else_manages_the_default_account(driver: Driver) -> None:
    await founded(driver, DEFAULT_ACCOUNT)
    await add(driver, ONE)
    assert await members(driver) == [DEFAULT_ACCOUNT, MANAGEMENT]


async def test_members_may_put_events_on_a_bus_that_lets_in_their_organisation(driver: Driver) -> None:
    organization = await founded(driver, ONE, OTHER)
    bus = f"arn:aws:events:us-east-1:{ONE}:event-bus/default"
    condition = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": organization["Id"]}
    await driver(
        "events",
        "PutPermission",
        account=ONE,
        Action="events:PutEvents",
        Principal="*",
        StatementId="members",
        Condition=condition,
    )
    entry = {"Source": "mine", "DetailType": "d", "Detail": "{}", "EventBusName": bus}

    async def failures(account: str) -> int:
        answer = await driver("events", "PutEvents", account=account, Entries=[entry])
        return int(answer["FailedEntryCount"])

    assert [await failures(account) for account in (OTHER, MANAGEMENT, OUTSIDE)] == [0, 0, 1]


async def test_consolidated_billing_becomes_all_features(driver: Driver) -> None:
    await call(driver, "CreateOrganization", FeatureSet="CONSOLIDATED_BILLING")
    root = await root_of(driver)
    policy = {"Name": "p", "Description": "", "Type": "TAG_POLICY", "Content": '{"tags":{}}'}
    for operation, params in (
        ("EnablePolicyType", {"RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY"}),
        ("CreatePolicy", policy),
    ):
        error = await refused(driver, operation, **params)
        assert error.code == "PolicyTypeNotAvailableForOrganizationException"
    handshake = (await call(driver, "EnableAllFeatures"))["Handshake"]
    assert (handshake["Action"], handshake["State"]) == ("ENABLE_ALL_FEATURES", "REQUESTED")
    await call(driver, "AcceptHandshake", HandshakeId=handshake["Id"])
    assert (await call(driver, "DescribeOrganization"))["Organization"]["FeatureSet"] == "ALL"
    await call(driver, "EnablePolicyType", RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    error = await refused(driver, "EnableAllFeatures")
    assert error.details["Reason"] == "ORGANIZATION_ALREADY_HAS_ALL_FEATURES"


async def test_the_resource_policy(driver: Driver) -> None:
    await founded(driver)
    assert (await refused(driver, "DescribeResourcePolicy")).code == "ResourcePolicyNotFoundException"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ONE},
        "Action": "organizations:List*",
        "Resource": "*",
    }
    content = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    put = (await call(driver, "PutResourcePolicy", Content=content))["ResourcePolicy"]
    assert (await call(driver, "DescribeResourcePolicy"))["ResourcePolicy"] == put
    assert put["Content"] == content
    again = (await call(driver, "PutResourcePolicy", Content=content))["ResourcePolicy"]
    assert again["ResourcePolicySummary"] == put["ResourcePolicySummary"]
    error = await refused(driver, "PutResourcePolicy", Content="{}")
    assert error.details["Reason"] == "INVALID_RESOURCE_POLICY_JSON"
    await call(driver, "DeleteResourcePolicy")
    assert (await refused(driver, "DeleteResourcePolicy")).code == "ResourcePolicyNotFoundException"


async def test_members_manage_policies_where_the_resource_policy_lets_them(driver: Driver) -> None:
    await founded(driver, ONE, OTHER)
    root = await root_of(driver)
    top = f"arn:aws:organizations::{MANAGEMENT}:root/*"
    policies = ["arn:aws:organizations::*:policy/*/service_control_policy/*", top]
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ONE}:root"},
            "Action": ["organizations:CreatePolicy", "organizations:ListPolicies", "organizations:List*"],
            "Resource": "*",
            "Condition": {"StringEqualsIfExists": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}},
        },
        {
            "Effect": "Allow",
            "Principal": {"AWS": ONE},
            "Action": "organizations:AttachPolicy",
            "Resource": policies,
        },
    ]
    content = json.dumps({"Version": "2012-10-17", "Statement": statements})
    await call(driver, "PutResourcePolicy", Content=content)
    deny = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    asked = {
        "Name": "no-queues",
        "Description": "",
        "Type": "SERVICE_CONTROL_POLICY",
        "Content": json.dumps({"Version": "2012-10-17", "Statement": [deny]}),
    }
    made = await call(driver, "CreatePolicy", account=ONE, **asked)
    number = made["Policy"]["PolicySummary"]["Id"]
    await call(driver, "AttachPolicy", account=ONE, PolicyId=number, TargetId=root)
    assert (await call(driver, "ListTargetsForPolicy", account=ONE, PolicyId=number))["Targets"]
    for account, operation, params in (
        (OTHER, "CreatePolicy", asked),
        (ONE, "CreatePolicy", asked | {"Type": "TAG_POLICY"}),
        (ONE, "AttachPolicy", {"PolicyId": number, "TargetId": OTHER}),
        (ONE, "DeletePolicy", {"PolicyId": number}),
        (ONE, "DeleteResourcePolicy", {}),
    ):
        error = await refused(driver, operation, account=account, **params)
        assert error.code == "AccessDeniedException"
    content = content.replace("organizations:AttachPolicy", "organizations:CreateAccount")
    error = await refused(driver, "PutResourcePolicy", Content=content)
    assert error.details["Reason"] == "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"
