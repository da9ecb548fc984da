"""Signing in to the console: what is shown, step by step, and what CloudTrail is told."""

from __future__ import annotations

import dataclasses
from typing import Any

import orjson
import pytest
from tests.unit.services.iam.iam_helpers import ACCOUNT, TRUST, Iam

from windsock.engine.calls import Caller
from windsock.engine.identities import Identity
from windsock.engine.session_tokens import Credentials
from windsock.engine.sign_ins import SignInFailed, TooManySignIns
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.iam.limits import (
    CONSOLE_SESSION_SECONDS,
    FAILED_SIGN_INS_BY_ADDRESS,
    FAILED_SIGN_INS_OF_USER_BY_ADDRESS,
    SIGN_IN_STEPS_MS,
    SIGN_IN_TOKEN_MS,
    SIGN_IN_WINDOW_MS,
)
from windsock.services.iam.one_time_codes import code_at
from windsock.services.iam.signing_in.ended_sessions import ended_keys

PASSWORD, OTHER = "Correct-horse-7", "Battery-staple-8"
HALF_MINUTE = 30


async def step(iam: Iam, operation: str = "ConsoleLogin", address: str = "192.0.2.1", **params: Any) -> Any:
    """One step of signing in, from a browser at an address."""
    visitor = dataclasses.replace(Caller.root(ACCOUNT), source_ip=address, user_agent="Mozilla/5.0")
    engine = iam.driver.engine
    return await engine.call("iam", operation, params, caller=visitor, scope=Scope(ACCOUNT, "us-east-1"))


async def ada(iam: Iam, **settings: Any) -> None:
    await iam("CreateUser", UserName="ada")
    await iam("CreateLoginProfile", UserName="ada", Password=PASSWORD, **settings)


async def device_of_ada(iam: Iam) -> str:
    """The seed of a device that ada has."""
    device = (await iam("CreateVirtualMFADevice", VirtualMFADeviceName="phone"))["VirtualMFADevice"]
    seed, now = device["Base32StringSeed"].decode(), iam.driver.clock.now_ms()
    codes = {"AuthenticationCode1": code_at(seed, now), "AuthenticationCode2": code_at(seed, now + 30_000)}
    await iam("EnableMFADevice", UserName="ada", SerialNumber=device["SerialNumber"], **codes)
    return str(seed)


def whose(iam: Iam, credentials: Credentials) -> Identity:
    key = iam.driver.engine.identities.access_key(credentials.access_key, credentials.session_token)
    assert key is not None
    return key.identity


async def events(iam: Iam) -> list[dict[str, Any]]:
    """The sign-in events, the latest first."""
    found = await iam.driver(
        "cloudtrail",
        "LookupEvents",
        account=ACCOUNT,
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": "signin.amazonaws.com"}],
    )
    return [orjson.loads(event["CloudTrailEvent"]) for event in found["Events"]]


def outcome(event: dict[str, Any]) -> tuple[str, str, str]:
    ((name, how),) = event["responseElements"].items()
    return name, how, event.get("errorMessage", "")


class TestPasswords:
    async def test_the_right_one_begins_a_session_of_twelve_hours(self, iam: Iam) -> None:
        await ada(iam)
        answer = await step(iam, UserName="Ada", Password=PASSWORD)
        identity = whose(iam, answer["Credentials"])
        assert identity.arn == f"arn:aws:iam::{ACCOUNT}:user/ada"
        assert identity.session is not None
        assert identity.session.expires_ms - identity.session.issued_ms == CONSOLE_SESSION_SECONDS * 1000
        assert not identity.session.mfa

    @pytest.mark.parametrize(
        ("user", "password", "message"),
        [
            ("ada", "wrong", "Failed authentication"),
            ("ada", "", "Failed authentication"),
            ("keyless", PASSWORD, "Failed authentication"),
            ("nobody", PASSWORD, "No username found in supplied account"),
        ],
    )
    async def test_a_wrong_one_fails(self, iam: Iam, user: str, password: str, message: str) -> None:
        await ada(iam)
        await iam("CreateUser", UserName="keyless")
        with pytest.raises(SignInFailed, match=message):
            await step(iam, UserName=user, Password=password)
        (event,) = await events(iam)
        assert outcome(event) == ("ConsoleLogin", "Failure", message)
        hidden = event["userIdentity"]["userName"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
        assert hidden == (user == "nobody")
        assert user not in str(event) or not hidden

    async def test_its_use_is_remembered(self, iam: Iam) -> None:
        await ada(iam)
        assert "PasswordLastUsed" not in (await iam("GetUser", UserName="ada"))["User"]
        await step(iam, UserName="ada", Password=PASSWORD)
        used = (await iam("GetUser", UserName="ada"))["User"]["PasswordLastUsed"]
        assert (await iam("ListUsers"))["Users"][0]["PasswordLastUsed"] == used
        await iam("GenerateCredentialReport")
        report = (await iam("GetCredentialReport"))["Content"].decode().splitlines()
        columns = dict(zip(report[0].split(","), report[2].split(","), strict=True))
        assert columns["password_last_used"] == used.isoformat(timespec="seconds")


class TestMfa:
    async def test_a_code_is_asked_for_after_the_password(self, iam: Iam) -> None:
        await ada(iam)
        seed = await device_of_ada(iam)
        await iam.driver.advance(HALF_MINUTE)
        asked = await step(iam, UserName="ada", Password=PASSWORD)
        assert asked["Asks"] == "MfaCode"
        assert "Credentials" not in asked
        code = code_at(seed, iam.driver.clock.now_ms())
        answer = await step(iam, Proof=asked["Proof"], MfaCode=code)
        identity = whose(iam, answer["Credentials"])
        assert identity.session is not None
        assert identity.session.mfa
        login, check = await events(iam)
        assert outcome(login) == ("ConsoleLogin", "Success", "")
        assert login["additionalEventData"]["MFAUsed"] == "Yes"
        assert login["additionalEventData"]["MFAIdentifier"] == f"arn:aws:iam::{ACCOUNT}:mfa/phone"
        assert outcome(check) == ("CheckMfa", "Success", "")
        assert check["additionalEventData"] == {"MfaType": "Virtual MFA"}

    async def test_a_code_is_good_once(self, iam: Iam) -> None:
        await ada(iam)
        seed = await device_of_ada(iam)
        asked = await step(iam, UserName="ada", Password=PASSWORD)
        code = code_at(seed, iam.driver.clock.now_ms())
        await step(iam, Proof=asked["Proof"], MfaCode=code)
        with pytest.raises(SignInFailed):
            await step(iam, Proof=asked["Proof"], MfaCode=code)

    @pytest.mark.parametrize("code", ["000000", "", "１２３４５６"])
    async def test_a_wrong_code_fails(self, iam: Iam, code: str) -> None:
        await ada(iam)
        await device_of_ada(iam)
        asked = await step(iam, UserName="ada", Password=PASSWORD)
        with pytest.raises(SignInFailed, match="Failed authentication"):
            await step(iam, Proof=asked["Proof"], MfaCode=code)
        event = (await events(iam))[0]
        assert (outcome(event)[1], event["additionalEventData"]["MFAUsed"]) == ("Failure", "Yes")

    async def test_what_was_shown_is_good_for_minutes(self, iam: Iam) -> None:
        await ada(iam)
        seed = await device_of_ada(iam)
        asked = await step(iam, UserName="ada", Password=PASSWORD)
        await iam.driver.advance(SIGN_IN_STEPS_MS / 1000)
        with pytest.raises(SignInFailed):
            await step(iam, Proof=asked["Proof"], MfaCode=code_at(seed, iam.driver.clock.now_ms()))

    async def test_a_proof_is_nothing_in_another_account_or_for_another_purpose(self, iam: Iam) -> None:
        await ada(iam)
        tokens = iam.driver.engine.session_tokens
        user_id = (await iam("GetUser", UserName="ada"))["User"]["UserId"]
        far = 10**15
        for forged in (
            tokens.seal("signing in", ["999999999999", far, user_id, ""]),
            tokens.seal("console form", [ACCOUNT, far, user_id, ""]),
            "nothing",
        ):
            with pytest.raises(SignInFailed):
                await step(iam, Proof=forged)


class TestNewPasswords:
    async def test_who_must_change_it_is_let_in_afterwards(self, iam: Iam) -> None:
        await ada(iam, PasswordResetRequired=True)
        asked = await step(iam, UserName="ada", Password=PASSWORD)
        assert (asked["Asks"], asked["User"].arn) == ("NewPassword", f"arn:aws:iam::{ACCOUNT}:user/ada")
        again = await step(iam, Proof=asked["Proof"])
        assert "Credentials" not in again
        await iam.as_user("ada", "ChangePassword", OldPassword=PASSWORD, NewPassword=OTHER)
        answer = await step(iam, Proof=asked["Proof"])
        assert whose(iam, answer["Credentials"]).kind == "user"
        assert list(map(outcome, await events(iam))) == [("ConsoleLogin", "Success", "")]

    @pytest.mark.parametrize(("hard", "asks"), [(False, "NewPassword"), (True, None)])
    async def test_an_old_one_must_be_changed_or_is_over(
        self, iam: Iam, hard: bool, asks: str | None
    ) -> None:
        await ada(iam)
        await iam("UpdateAccountPasswordPolicy", MaxPasswordAge=1, HardExpiry=hard)
        assert "Credentials" in await step(iam, UserName="ada", Password=PASSWORD)
        await iam.driver.advance(86_400)
        if asks is None:
            with pytest.raises(SignInFailed):
                await step(iam, UserName="ada", Password=PASSWORD)
        else:
            assert (await step(iam, UserName="ada", Password=PASSWORD))["Asks"] == asks


class TestTooManyFailures:
    async def fail(self, iam: Iam, times: int, user: str = "ada", **where: str) -> None:
        for _ in range(times):
            with pytest.raises(SignInFailed):
                await step(iam, UserName=user, Password="wrong", **where)

    async def test_even_the_right_password_waits(self, iam: Iam) -> None:
        await ada(iam)
        await self.fail(iam, FAILED_SIGN_INS_OF_USER_BY_ADDRESS)
        with pytest.raises(TooManySignIns, match="Try again in 5 minutes"):
            await step(iam, UserName="ADA", Password=PASSWORD)
        assert "Credentials" in await step(iam, UserName="ada", Password=PASSWORD, address="192.0.2.2")
        await iam.driver.advance(SIGN_IN_WINDOW_MS / 1000)
        assert "Credentials" in await step(iam, UserName="ada", Password=PASSWORD)

    async def test_names_that_nobody_has_count_too(self, iam: Iam) -> None:
        await self.fail(iam, FAILED_SIGN_INS_OF_USER_BY_ADDRESS, user="nobody")
        with pytest.raises(TooManySignIns):
            await step(iam, UserName="nobody", Password="wrong")

    async def test_an_address_that_tries_many_names_waits(self, iam: Iam) -> None:
        await ada(iam)
        for number in range(FAILED_SIGN_INS_BY_ADDRESS):
            await self.fail(iam, 1, user=f"guess-{number}")
        with pytest.raises(TooManySignIns):
            await step(iam, UserName="ada", Password=PASSWORD)


class TestTheRoot:
    async def test_it_signs_in_by_its_key(self, iam: Iam) -> None:
        key = (await iam("CreateAccessKey"))["AccessKey"]
        shown = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}
        answer = await step(iam, "RootConsoleLogin", **shown)
        assert whose(iam, answer["Credentials"]).arn == f"arn:aws:iam::{ACCOUNT}:root"
        (event,) = await events(iam)
        assert event["userIdentity"] == {
            "type": "Root",
            "principalId": ACCOUNT,
            "arn": f"arn:aws:iam::{ACCOUNT}:root",
            "accountId": ACCOUNT,
            "accessKeyId": "",
        }

    async def test_no_other_key_will_do(self, iam: Iam) -> None:
        await ada(iam)
        users = (await iam("CreateAccessKey", UserName="ada"))["AccessKey"]
        roots = (await iam("CreateAccessKey"))["AccessKey"]
        await iam("UpdateAccessKey", AccessKeyId=roots["AccessKeyId"], Status="Inactive")
        for key_id, secret in (
            (users["AccessKeyId"], users["SecretAccessKey"]),
            (roots["AccessKeyId"], roots["SecretAccessKey"]),
            ("AKIAnothing", ""),
            (ACCOUNT, ""),
        ):
            with pytest.raises(SignInFailed, match="Failed authentication"):
                await step(iam, "RootConsoleLogin", AccessKeyId=key_id, SecretAccessKey=secret)


class TestFederation:
    async def role_session(self, iam: Iam) -> dict[str, str]:
        answer = await iam.driver(
            "sts",
            "AssumeRole",
            account=ACCOUNT,
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/guest",
            RoleSessionName="grace",
        )
        return self.shown(answer["Credentials"])

    @staticmethod
    def shown(credentials: dict[str, Any]) -> dict[str, str]:
        return {name: credentials[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}

    async def test_a_role_s_session_buys_a_token_that_signs_in(self, iam: Iam) -> None:
        credentials = await self.role_session(iam)
        token = (await step(iam, "GetSigninToken", **credentials))["SigninToken"]
        answer = await step(iam, "FederatedConsoleLogin", SigninToken=token)
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/guest/grace"
        assert whose(iam, answer["Credentials"]).arn == arn
        login, bought = await events(iam)
        assert (outcome(login), outcome(bought)) == (
            ("ConsoleLogin", "Success", ""),
            ("GetSigninToken", "Success", ""),
        )
        assert login["userIdentity"]["type"] == "AssumedRole"
        assert login["userIdentity"]["arn"] == arn

    async def test_the_session_may_last_longer_than_the_credentials(self, iam: Iam) -> None:
        credentials = await self.role_session(iam)
        bought = await step(iam, "GetSigninToken", **credentials, SessionDuration=43_200)
        answer = await step(iam, "FederatedConsoleLogin", SigninToken=bought["SigninToken"])
        session = whose(iam, answer["Credentials"]).session
        assert session is not None
        assert session.expires_ms - session.issued_ms == 43_200_000

    @pytest.mark.parametrize("seconds", [899, 43_201])
    async def test_a_duration_has_bounds(self, iam: Iam, seconds: int) -> None:
        with pytest.raises(AwsError, match="SessionDuration must be from 900 to 43200"):
            await step(iam, "GetSigninToken", **await self.role_session(iam), SessionDuration=seconds)

    async def test_the_token_is_good_for_a_quarter_of_an_hour(self, iam: Iam) -> None:
        token = (await step(iam, "GetSigninToken", **await self.role_session(iam)))["SigninToken"]
        await iam.driver.advance(SIGN_IN_TOKEN_MS / 1000)
        with pytest.raises(SignInFailed):
            await step(iam, "FederatedConsoleLogin", SigninToken=token)

    async def test_a_token_does_not_hold_the_credentials(self, iam: Iam) -> None:
        credentials = await self.role_session(iam)
        token = (await step(iam, "GetSigninToken", **credentials))["SigninToken"]
        opened = iam.driver.engine.session_tokens.unseal("sign-in token", token)
        assert credentials["SessionToken"] not in str(opened)
        assert iam.driver.engine.identities.access_key(credentials["AccessKeyId"], token) is None

    async def test_wrong_credentials_and_those_of_users_buy_nothing(self, iam: Iam) -> None:
        session = await self.role_session(iam)
        own = self.shown((await iam.driver("sts", "GetSessionToken", account=ACCOUNT))["Credentials"])
        for wrong in ({**session, "SecretAccessKey": "x"}, {**session, "SessionToken": "x"}, own):
            with pytest.raises(SignInFailed):
                await step(iam, "GetSigninToken", **wrong)


async def test_a_session_that_was_ended_is_nobody_s_and_forgotten_in_time(iam: Iam) -> None:
    await ada(iam)
    engine = iam.driver.engine

    async def end() -> Credentials:
        credentials: Credentials = (await step(iam, UserName="ada", Password=PASSWORD))["Credentials"]
        shown = {"AccessKeyId": credentials.access_key, "SessionToken": credentials.session_token}
        for _ in range(2):  # who signs out twice is signed out
            await step(iam, "EndConsoleSession", **shown)
        return credentials

    first = await end()
    assert engine.identities.access_key(first.access_key, first.session_token) is None
    await iam.driver.advance(CONSOLE_SESSION_SECONDS)
    second = await end()
    kept = engine.store.read(lambda tx: ended_keys(tx, ACCOUNT))
    assert kept == {second.access_key}


class TestSwitchingRoles:
    async def switch(self, iam: Iam, caller: Caller) -> Identity:
        params = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/guest", "LoginTo": "http://localhost:4566/"}
        scope = Scope(ACCOUNT, "us-east-1")
        answer = await iam.driver.engine.call("iam", "SwitchRole", params, caller=caller, scope=scope)
        return whose(iam, (answer or {})["Credentials"])

    async def signed_in(self, iam: Iam) -> Caller:
        await ada(iam)
        of = whose(iam, (await step(iam, UserName="ada", Password=PASSWORD))["Credentials"])
        return Caller(of.kind, of.account, of.arn, user_id=of.user_id, session=of.session)

    @pytest.mark.parametrize(
        ("role_hours", "later_hours", "hours"), [(4, 0, 4), (12, 0, 12), (12, 10, 2), (1, 11.9, 0.25)]
    )
    async def test_it_lasts_as_long_as_the_role_and_the_session_let_it(
        self, iam: Iam, role_hours: int, later_hours: float, hours: float
    ) -> None:
        caller = await self.signed_in(iam)
        await iam(
            "CreateRole",
            RoleName="guest",
            AssumeRolePolicyDocument=TRUST,
            MaxSessionDuration=role_hours * 3600,
        )
        await iam.driver.advance(later_hours * 3600)
        identity = await self.switch(iam, caller)
        assert identity.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/guest/ada"
        assert identity.session is not None
        assert identity.session.expires_ms - identity.session.issued_ms == hours * 3_600_000

    async def test_it_is_told(self, iam: Iam) -> None:
        await self.switch(iam, await self.signed_in(iam))
        event = (await events(iam))[0]
        assert outcome(event) == ("SwitchRole", "Success", "")
        assert event["userIdentity"]["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/guest/ada"
        assert event["additionalEventData"] == {
            "SwitchFrom": f"arn:aws:iam::{ACCOUNT}:user/ada",
            "RedirectTo": "http://localhost:4566/",
        }


async def test_denied_calls_are_those_of_the_account(iam: Iam) -> None:
    await ada(iam)
    await iam.as_user("ada", "ListRoles")
    (denied,) = (await iam("ListDeniedCalls"))["DeniedCalls"]
    assert (denied["user"], denied["action"]) == (f"arn:aws:iam::{ACCOUNT}:user/ada", "iam:ListRoles")
    other = await iam.driver("iam", "ListDeniedCalls", account="999999999999")
    assert other["DeniedCalls"] == []
