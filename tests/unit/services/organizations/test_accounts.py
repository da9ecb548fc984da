"""Accounts of an organisation: made, invited, moved, closed."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.conftest import START_MS, Driver
from tests.organizations import MANAGEMENT, ONE, OTHER, OUTSIDE, call, founded, refused, root_of, unit

from windsock.kernel.clock import to_datetime

ASKED = {"AccountName": "staging", "Email": "staging@example.com"}


async def asked(driver: Driver, **params: Any) -> str:
    """Ask for an account; the id of the request."""
    status = (await call(driver, "CreateAccount", **ASKED | params))["CreateAccountStatus"]
    assert (status["State"], status["AccountName"]) == ("IN_PROGRESS", "staging")
    return str(status["Id"])


async def status_of(driver: Driver, request: str) -> dict[str, Any]:
    told = await call(driver, "DescribeCreateAccountStatus", CreateAccountRequestId=request)
    status: dict[str, Any] = told["CreateAccountStatus"]
    return status


async def test_an_account_is_made_in_its_time(driver: Driver) -> None:
    organization = await founded(driver)
    request = await asked(driver, Tags=[{"Key": "stage", "Value": "test"}])
    assert (await status_of(driver, request))["State"] == "IN_PROGRESS"
    await driver.advance(5)
    status = await status_of(driver, request)
    assert status["State"] == "SUCCEEDED"
    assert status["CompletedTimestamp"] == to_datetime(START_MS + 5_000)
    account = status["AccountId"]
    told = (await call(driver, "DescribeAccount", AccountId=account))["Account"]
    assert (told["Name"], told["Email"], told["JoinedMethod"]) == (
        "staging",
        "staging@example.com",
        "CREATED",
    )
    assert told["Arn"] == f"arn:aws:organizations::{MANAGEMENT}:account/{organization['Id']}/{account}"
    tags = (await call(driver, "ListTagsForResource", ResourceId=account))["Tags"]
    assert tags == [{"Key": "stage", "Value": "test"}]
    attached = await call(driver, "ListPoliciesForTarget", TargetId=account, Filter="SERVICE_CONTROL_POLICY")
    assert [policy["Id"] for policy in attached["Policies"]] == ["p-FullAWSAccess"]


async def test_the_management_account_gets_in_by_a_role(driver: Driver) -> None:
    await founded(driver)
    requests = [await asked(driver), await asked(driver, Email="b@example.com", RoleName="Door")]
    await driver.advance(5)
    for request, role in zip(requests, ("OrganizationAccountAccessRole", "Door"), strict=True):
        account = (await status_of(driver, request))["AccountId"]
        arn = f"arn:aws:iam::{account}:role/{role}"
        found = (await driver("iam", "GetRole", account=account, RoleName=role))["Role"]
        assert found["Arn"] == arn
        assert f"arn:aws:iam::{MANAGEMENT}:root" in unquote(found["AssumeRolePolicyDocument"])
        policies = await driver("iam", "ListRolePolicies", account=account, RoleName=role)
        assert policies["PolicyNames"] == ["AdministratorAccess"]


async def test_what_became_of_it_is_announced(driver: Driver) -> None:
    await founded(driver)
    await driver("sqs", "CreateQueue", account=MANAGEMENT, QueueName="told")
    queue = f"arn:aws:sqs:us-east-1:{MANAGEMENT}:told"
    pattern = '{"source":["aws.organizations"],"detail":{"eventName":["CreateAccountResult"]}}'
    await driver("events", "PutRule", account=MANAGEMENT, Name="r", EventPattern=pattern)
    targets = [{"Id": "1", "Arn": queue}]
    await driver("events", "PutTargets", account=MANAGEMENT, Rule="r", Targets=targets)
    await asked(driver)
    await driver.advance(5)
    url = f"/{MANAGEMENT}/told"
    [message] = (await driver("sqs", "ReceiveMessage", account=MANAGEMENT, QueueUrl=url))["Messages"]
    assert '"detail-type":"AWS Service Event via CloudTrail"' in message["Body"]
    assert '"state":"SUCCEEDED"' in message["Body"]


async def test_an_address_is_good_for_one_account(driver: Driver) -> None:
    await founded(driver)
    first, second = await asked(driver), await asked(driver)
    await driver.advance(5)
    assert (await status_of(driver, first))["State"] == "SUCCEEDED"
    status = await status_of(driver, second)
    assert (status["State"], status["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    failed = await call(driver, "ListCreateAccountStatus", States=["FAILED"])
    assert [each["Id"] for each in failed["CreateAccountStatuses"]] == [second]
    error = await refused(driver, "DescribeCreateAccountStatus", CreateAccountRequestId="car-12345678")
    assert error.code == "CreateAccountStatusNotFoundException"


async def test_an_invitation_is_accepted(driver: Driver) -> None:
    organization = await founded(driver)
    target = {"Id": ONE, "Type": "ACCOUNT"}
    tags = [{"Key": "stage", "Value": "test"}]
    invited = await call(driver, "InviteAccountToOrganization", Target=target, Notes="welcome", Tags=tags)
    handshake = invited["Handshake"]
    assert handshake["State"] == "OPEN"
    assert handshake["Arn"].endswith(f":handshake/{organization['Id']}/invite/{handshake['Id']}")
    assert handshake["ExpirationTimestamp"] == to_datetime(START_MS + 15 * 86_400_000)
    assert {"Id": ONE, "Type": "ACCOUNT"} in handshake["Parties"]
    assert {"Type": "NOTES", "Value": "welcome"} in handshake["Resources"]
    [seen] = (await call(driver, "ListHandshakesForAccount", account=ONE))["Handshakes"]
    assert seen == handshake
    assert (await call(driver, "DescribeHandshake", account=ONE, HandshakeId=handshake["Id"]))[
        "Handshake"
    ] == handshake
    error = await refused(driver, "DescribeHandshake", account=OTHER, HandshakeId=handshake["Id"])
    assert error.code == "HandshakeNotFoundException"
    error = await refused(driver, "InviteAccountToOrganization", Target=target)
    assert error.code == "DuplicateHandshakeException"
    error = await refused(driver, "AcceptHandshake", HandshakeId=handshake["Id"])
    assert error.code == "AccessDeniedException"
    accepted = await call(driver, "AcceptHandshake", account=ONE, HandshakeId=handshake["Id"])
    assert accepted["Handshake"]["State"] == "ACCEPTED"
    assert (await call(driver, "ListTagsForResource", ResourceId=ONE))["Tags"] == tags
    error = await refused(driver, "AcceptHandshake", account=ONE, HandshakeId=handshake["Id"])
    assert error.code == "HandshakeAlreadyInStateException"
    error = await refused(driver, "DeclineHandshake", account=ONE, HandshakeId=handshake["Id"])
    assert error.code == "InvalidHandshakeTransitionException"
    error = await refused(driver, "InviteAccountToOrganization", Target=target)
    assert error.details["Reason"] == "ALREADY_IN_AN_ORGANIZATION"


async def test_an_invitation_is_declined_cancelled_or_forgotten(driver: Driver) -> None:
    await founded(driver)
    states = []
    for operation, account in (("DeclineHandshake", ONE), ("CancelHandshake", MANAGEMENT)):
        target = {"Id": f"{ONE}@windsock.invalid", "Type": "EMAIL"}
        invited = await call(driver, "InviteAccountToOrganization", Target=target)
        number = invited["Handshake"]["Id"]
        answered = await call(driver, operation, account=account, HandshakeId=number)
        states.append(answered["Handshake"]["State"])
    assert states == ["DECLINED", "CANCELED"]
    target = {"Id": ONE, "Type": "ACCOUNT"}
    number = (await call(driver, "InviteAccountToOrganization", Target=target))["Handshake"]["Id"]
    await driver.advance(15 * 86_400)
    error = await refused(driver, "AcceptHandshake", account=ONE, HandshakeId=number)
    assert error.code == "InvalidHandshakeTransitionException"
    listed = (await call(driver, "ListHandshakesForOrganization"))["Handshakes"]
    assert sorted(each["State"] for each in listed) == ["CANCELED", "DECLINED", "EXPIRED"]
    await call(driver, "InviteAccountToOrganization", Target=target)


async def test_who_joined_another_organisation_meanwhile_cannot_join(driver: Driver) -> None:
    await founded(driver)
    target = {"Id": ONE, "Type": "ACCOUNT"}
    number = (await call(driver, "InviteAccountToOrganization", Target=target))["Handshake"]["Id"]
    await call(driver, "CreateOrganization", account=ONE)
    error = await refused(driver, "AcceptHandshake", account=ONE, HandshakeId=number)
    assert error.details["Reason"] == "ALREADY_IN_AN_ORGANIZATION"


async def test_what_is_no_target_of_an_invitation(driver: Driver) -> None:
    await founded(driver)
    for target in (
        {"Id": "12", "Type": "ACCOUNT"},
        {"Id": "ada@example.com", "Type": "EMAIL"},
        {"Id": "o-abcdefghij", "Type": "ORGANIZATION"},
    ):
        assert (await refused(driver, "InviteAccountToOrganization", Target=target)).code == (
            "InvalidInputException"
        )


async def test_accounts_move(driver: Driver) -> None:
    await founded(driver, ONE, OTHER)
    root = await root_of(driver)
    one, two = await unit(driver, root, "one"), await unit(driver, root, "two")

    async def move(account: str, source: str, destination: str) -> str:
        where = {"SourceParentId": source, "DestinationParentId": destination}
        error = await refused(driver, "MoveAccount", AccountId=account, **where)
        return error.code.removesuffix("Exception")

    where = {"SourceParentId": root, "DestinationParentId": one}
    await call(driver, "MoveAccount", AccountId=ONE, **where)
    below = await call(driver, "ListAccountsForParent", ParentId=one)
    assert [account["Id"] for account in below["Accounts"]] == [ONE]
    parents = await call(driver, "ListParents", ChildId=ONE)
    assert parents["Parents"] == [{"Id": one, "Type": "ORGANIZATIONAL_UNIT"}]
    assert await move(ONE, root, two) == "SourceParentNotFound"
    assert await move(ONE, one, "ou-abcd-12345678") == "DestinationParentNotFound"
    assert await move(ONE, one, one) == "DuplicateAccount"
    assert await move(OUTSIDE, root, one) == "AccountNotFound"


async def test_an_account_is_closed_and_goes_after_ninety_days(driver: Driver) -> None:
    await founded(driver, ONE)

    async def status() -> str:
        told = await call(driver, "DescribeAccount", AccountId=ONE)
        return str(told["Account"]["Status"])

    await call(driver, "CloseAccount", AccountId=ONE)
    assert await status() == "PENDING_CLOSURE"
    assert (await refused(driver, "CloseAccount", AccountId=ONE)).code == "AccountAlreadyClosedException"
    await driver.advance(60)
    assert await status() == "SUSPENDED"
    await driver.advance(90 * 86_400)
    assert (await refused(driver, "DescribeAccount", AccountId=ONE)).code == "AccountNotFoundException"
    error = await refused(driver, "CloseAccount", AccountId=MANAGEMENT)
    assert error.details["Reason"] == "CANNOT_CLOSE_MANAGEMENT_ACCOUNT"


async def test_services_are_delegated(driver: Driver) -> None:
    await founded(driver, ONE)
    service = {"ServicePrincipal": "guardduty.amazonaws.com"}
    await call(driver, "EnableAWSServiceAccess", **service)
    [enabled] = (await call(driver, "ListAWSServiceAccessForOrganization"))["EnabledServicePrincipals"]
    assert enabled == {**service, "DateEnabled": to_datetime(START_MS)}
    await call(driver, "DisableAWSServiceAccess", **service)
    assert (await call(driver, "ListAWSServiceAccessForOrganization"))["EnabledServicePrincipals"] == []
    error = await refused(driver, "EnableAWSServiceAccess", ServicePrincipal="guardduty")
    assert error.details["Reason"] == "UNRECOGNIZED_SERVICE_PRINCIPAL"
    await call(driver, "RegisterDelegatedAdministrator", AccountId=ONE, **service)
    [administrator] = (await call(driver, "ListDelegatedAdministrators", **service))[
        "DelegatedAdministrators"
    ]
    assert (administrator["Id"], administrator["DelegationEnabledDate"]) == (ONE, to_datetime(START_MS))
    [delegated] = (await call(driver, "ListDelegatedServicesForAccount", AccountId=ONE))["DelegatedServices"]
    assert delegated["ServicePrincipal"] == service["ServicePrincipal"]
    error = await refused(driver, "RegisterDelegatedAdministrator", AccountId=ONE, **service)
    assert error.code == "AccountAlreadyRegisteredException"
    error = await refused(driver, "RegisterDelegatedAdministrator", AccountId=MANAGEMENT, **service)
    assert error.details["Reason"] == "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"
    error = await refused(driver, "RemoveAccountFromOrganization", AccountId=ONE)
    assert error.details["Reason"] == "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"
    await call(driver, "DeregisterDelegatedAdministrator", AccountId=ONE, **service)
    error = await refused(driver, "DeregisterDelegatedAdministrator", AccountId=ONE, **service)
    assert error.code == "AccountNotRegisteredException"


async def test_an_account_that_comes_back_is_not_closed(driver: Driver) -> None:
    await founded(driver, ONE)
    await call(driver, "CloseAccount", AccountId=ONE)
    await call(driver, "RemoveAccountFromOrganization", AccountId=ONE)
    target = {"Id": ONE, "Type": "ACCOUNT"}
    number = (await call(driver, "InviteAccountToOrganization", Target=target))["Handshake"]["Id"]
    await call(driver, "AcceptHandshake", account=ONE, HandshakeId=number)
    await driver.advance(60)
    assert (await call(driver, "DescribeAccount", AccountId=ONE))["Account"]["Status"] == "ACTIVE"
