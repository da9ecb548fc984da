"""Users sign in: with a password, with a one-time code if they have an MFA device, with a new password if
they must.

One operation takes every step. It is asked with name and password, and answers either with `Credentials` of
the console's session, or with what it `Asks` for next and a `Proof` to come back with: `MfaCode`, to be
given here beside the proof, or `NewPassword`, which is ChangePassword's.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/console_sign-in.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html and
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
"""

from __future__ import annotations

from typing import Final

from windsock.engine.identities import Identity
from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.sign_ins import ATTEMPT, Attempt, AttemptKind, SignInFailed
from windsock.services.iam import login_profiles, mfa_devices
from windsock.services.iam.password_policy import password_policy
from windsock.services.iam.principals import USER
from windsock.services.iam.signing_in.failures import FailedSignIns
from windsock.services.iam.signing_in.proofs import Proof, read_proof
from windsock.services.iam.signing_in.sessions import begin_session
from windsock.store.statements import Row

_DAY_MS: Final = 86_400_000
# The words of CloudTrail's event; whoever signs in is never told which of them it was.
_WRONG: Final = "Failed authentication"
_NOBODY: Final = "No username found in supplied account"


@command("ConsoleLogin")
def console_login(ctx: Command, params: Params) -> Result:
    """One step: `UserName` and `Password`, or the `Proof` of an earlier step with `MfaCode` if that was
    asked for.

    `LoginTo` is the URL that is to be opened. Raises SignInFailed and TooManySignIns.
    """
    step = _Step(ctx, params)
    user, proof = step.by_proof() if "Proof" in params else step.by_password()
    if not proof.mfa_serial and (devices := mfa_devices.devices_of(ctx, user)):
        if "MfaCode" not in params:
            checked = step.attempt("CheckMfa", user, devices[0].serial)
            return {ATTEMPT: checked, "Asks": "MfaCode", "Proof": proof.sealed(ctx)}
        proof = step.by_code(user, devices)
    if _must_change(ctx, user):
        return {"Asks": "NewPassword", "Proof": proof.sealed(ctx), "User": _identity(user)}
    USER.rows.update(ctx, {"key": user.key}, password_used_ms=ctx.now_ms)
    return {
        ATTEMPT: step.attempt("ConsoleLogin", user, proof.mfa_serial),
        "Credentials": begin_session(ctx, _identity(user), mfa=bool(proof.mfa_serial)),
    }


class _Step:
    """One step of an attempt: what is shown, and how it fails."""

    def __init__(self, ctx: Command, params: Params) -> None:
        self._ctx = ctx
        self._params = params
        self._failures = ctx.engine.part(FailedSignIns)

    def by_password(self) -> tuple[Row, Proof]:
        """The user whose name and password are given. A wrong name takes as long as a wrong password."""
        ctx, name = self._ctx, self._params["UserName"]
        self._failures.refuse_too_many(ctx.call, name)
        user = USER.find(ctx, name)
        profile = None if user is None else login_profiles.login_profile_of(ctx, user)
        is_right = login_profiles.is_password(self._params["Password"], profile)
        if user is None:
            raise self._failed(None, name)
        if not is_right or _has_expired_for_good(ctx, profile):
            raise self._failed(user, name)
        return user, Proof(user.id)

    def by_proof(self) -> tuple[Row, Proof]:
        """The user who took an earlier step and still has a password."""
        proof = read_proof(self._ctx, self._params["Proof"])
        user = None if proof is None else USER.rows.find(self._ctx, id=proof.user_id)
        if proof is None or user is None or login_profiles.login_profile_of(self._ctx, user) is None:
            raise self._failed(user, "")
        return user, proof

    def by_code(self, user: Row, devices: list[Row]) -> Proof:
        """The proof of a user who shows a code of one of the devices."""
        self._failures.refuse_too_many(self._ctx.call, user.name)
        for device in devices:
            if mfa_devices.takes_code(self._ctx, device, self._params["MfaCode"]):
                return Proof(user.id, device.serial)
        raise self._failed(user, user.name, devices[0].serial)

    def attempt(self, kind: AttemptKind, user: Row | None, mfa_serial: str = "") -> Attempt:
        identity = None if user is None else _identity(user)
        account, login_to = self._ctx.scope.account, self._params.get("LoginTo", "")
        return Attempt(kind, account, identity, login_to, mfa_serial)

    def _failed(self, user: Row | None, name: str, mfa_serial: str = "") -> SignInFailed:
        self._failures.note(self._ctx.call, name)
        attempt = self.attempt("ConsoleLogin", user, mfa_serial)
        return SignInFailed(_NOBODY if user is None else _WRONG, attempt)


def _must_change(ctx: Command, user: Row) -> bool:
    profile = login_profiles.login_profile_of(ctx, user)
    return profile is not None and (bool(profile.reset_required) or _has_expired(ctx, profile))


def _has_expired(ctx: Command, profile: Row) -> bool:
    days: int = (password_policy(ctx) or {}).get("MaxPasswordAge") or 0
    return bool(days) and profile.changed_ms + days * _DAY_MS <= ctx.now_ms


def _has_expired_for_good(ctx: Command, profile: Row | None) -> bool:
    """Whether a password is so old that only an administrator can set another."""
    if profile is None or not (password_policy(ctx) or {}).get("HardExpiry"):
        return False
    return _has_expired(ctx, profile)


def _identity(user: Row) -> Identity:
    return Identity("user", user.account, USER.arn(user), user.id)
