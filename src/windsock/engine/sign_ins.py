"""Attempts to sign in to the console: IAM decides on them, CloudTrail writes them down.

They are calls of operations that only windsock itself can ask for. One that ends an attempt, or a step of
one that is written down, has it in its result under `ATTEMPT`; one that fails raises SignInFailed.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from windsock.engine.identities import Identity
from windsock.kernel.errors import AwsError

ATTEMPT: Final = "Attempt"
SIGN_IN_REGION: Final = "us-east-1"
"""Where attempts are written down: AWS does so for its global sign-in page, and always for the root."""

AttemptKind = Literal["ConsoleLogin", "CheckMfa", "GetSigninToken", "SwitchRole"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who signs in to an account, or tries to.

    `identity` is None for a name that the account does not have. `login_to` is the URL that was to be opened;
    `mfa_serial` the device whose one-time code was asked for, empty for none; `switched_from` the ARN of who
    switches to a role.
    """

    kind: AttemptKind
    account: str
    identity: Identity | None
    login_to: str = ""
    mfa_serial: str = ""
    switched_from: str = ""


class SignInFailed(AwsError):
    """An attempt that failed. What the person is told must not say why.

    Without an `attempt` it is nobody's account, and is not written down.
    """

    code = "SignInFailed"
    status = 401

    def __init__(self, message: str, attempt: Attempt | None = None) -> None:
        super().__init__(message)
        self.attempt = attempt


class TooManySignIns(AwsError):
    """So many attempts have failed that no more are looked at for a while."""

    code = "TooManyFailedSignIns"
    status = 429


def attempt_of(result: Mapping[str, Any] | None, error: AwsError | None) -> Attempt | None:
    """What of a call is to be written down as an attempt to sign in, if anything is."""
    told = error.attempt if isinstance(error, SignInFailed) else (result or {}).get(ATTEMPT)
    return told if isinstance(told, Attempt) else None
