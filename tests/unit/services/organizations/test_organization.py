"""The organisation of the accounts that were made, and what its membership is good for."""

from __future__ import annotations

import json

import pytest
from tests.conftest import Driver

from windsock.engine.accounts import ORGANIZATION, AccountExists, Accounts
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT

ONE, OTHER, OUTSIDE = "111111111111", "222222222222", "333333333333"


async def make(driver: Driver, account: str | None, name: str = "") -> str:
    accounts = driver.engine.part(Accounts)
    return await driver.engine.store.write(lambda tx: accounts.add(tx, account, name))


async def test_there_is_none_before_an_account_is_made(driver: Driver) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("organizations", "DescribeOrganization")
    assert caught.value.code == "AWSOrganizationsNotInUseException"
    assert driver.engine.part(Accounts).organization_of(DEFAULT_ACCOUNT) is None


async def test_its_accounts(driver: Driver) -> None:
    await make(driver, OTHER, "other")
    await make(driver, ONE)
    organization = (await driver("organizations", "DescribeOrganization", account=ONE))["Organization"]
    assert (organization["Id"], organization["MasterAccountId"]) == (ORGANIZATION, DEFAULT_ACCOUNT)
    page = await driver("organizations", "ListAccounts", MaxResults=2)
    rest = await driver("organizations", "ListAccounts", MaxResults=2, NextToken=page["NextToken"])
    accounts = [*page["Accounts"], *rest["Accounts"]]
    assert [(account["Id"], account["Name"]) for account in accounts] == [
        (DEFAULT_ACCOUNT, "management"),
        (ONE, ONE),
        (OTHER, "other"),
    ]
    assert (await driver("organizations", "DescribeAccount", AccountId=OTHER))["Account"] == accounts[2]
    with pytest.raises(AwsError) as caught:
        await driver("organizations", "DescribeAccount", AccountId=OUTSIDE)
    assert caught.value.code == "AccountNotFoundException"
    with pytest.raises(AwsError) as caught:
        await driver("organizations", "ListAccounts", account=OUTSIDE)
    assert caught.value.code == "AWSOrganizationsNotInUseException"


async def test_an_account_is_made_once(driver: Driver) -> None:
    await make(driver, ONE)
    with pytest.raises(AccountExists):
        await make(driver, ONE)
    drawn = await make(driver, None)
    assert len(drawn) == 12
    assert drawn != ONE


async def test_a_bus_open_to_the_organisation(driver: Driver) -> None:
    await driver(
        "events",
        "PutPermission",
        account=ONE,
        Action="events:PutEvents",
        Principal="*",
        StatementId="organisation",
        Condition={"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": ORGANIZATION},
    )
    entry = {
        "EventBusName": f"arn:aws:events:us-east-1:{ONE}:event-bus/default",
        "Source": "shop",
        "DetailType": "Sold",
        "Detail": json.dumps({}),
    }

    async def errors(account: str) -> list[str | None]:
        answer = await driver("events", "PutEvents", account=account, Entries=[entry])
        return [each.get("ErrorCode") for each in answer["Entries"]]

    assert await errors(OTHER) == ["AccessDeniedException"]
    await make(driver, OTHER)
    assert await errors(OTHER) == [None]
    assert await errors(OUTSIDE) == ["AccessDeniedException"]
