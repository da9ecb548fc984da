"""One attempt to sign in to the console as one event: `ConsoleLogin`, and the steps that AWS tells of
beside it.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.identities import Identity
from windsock.engine.sign_ins import SIGN_IN_REGION, Attempt, AttemptKind
from windsock.kernel.clock import iso_seconds
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.elements import HIDDEN
from windsock.services.cloudtrail.event_forms import EventForm
from windsock.services.cloudtrail.identities import user_identity, username
from windsock.services.cloudtrail.records import VERSION, Record

_SOURCE: Final = "signin.amazonaws.com"


def sign_in_record(attempt: Attempt, visitor: Caller, error: AwsError | None, now_ms: int) -> Record:
    """The event of an attempt. `visitor` is where it came from: its address and user agent."""
    form = EventForm(
        source=_SOURCE, name=attempt.kind, read_only=False, event_type="AwsConsoleSignIn", is_global=True
    )
    identity = _user_identity(attempt, failed=error is not None)
    event: dict[str, Any] = {
        "eventVersion": VERSION,
        "userIdentity": identity,
        "eventTime": iso_seconds(now_ms),
        "eventSource": form.source,
        "eventName": form.name,
        "awsRegion": SIGN_IN_REGION,
        "sourceIPAddress": visitor.source_ip,
        "userAgent": visitor.user_agent,
        **({"errorMessage": error.message} if error else {}),
        "requestParameters": None,
        "responseElements": {attempt.kind: "Failure" if error else "Success"},
        "additionalEventData": _ADDITIONAL[attempt.kind](attempt),
        "eventID": uuid4(),
        "readOnly": form.read_only,
        "eventType": form.event_type,
        "managementEvent": True,
        "recipientAccountId": attempt.account,
        "eventCategory": "Management",
    }
    return Record(
        scope=Scope(attempt.account, SIGN_IN_REGION),
        event_id=event["eventID"],
        form=form,
        username=HIDDEN if attempt.identity is None else username(_caller(attempt.identity)),
        access_key="",
        time_ms=now_ms,
        body=orjson.dumps(event),
        data_arns=(),
        resources=frozenset(),
        delivery=False,
    )


def _login(attempt: Attempt) -> dict[str, Any]:
    told = {"LoginTo": attempt.login_to, "MobileVersion": "No"}
    if not attempt.mfa_serial:
        return {**told, "MFAUsed": "No"}
    return {**told, "MFAIdentifier": attempt.mfa_serial, "MFAUsed": "Yes"}


_ADDITIONAL: Final[Mapping[AttemptKind, Callable[[Attempt], dict[str, Any] | None]]] = {
    "ConsoleLogin": _login,
    "CheckMfa": lambda attempt: {"MfaType": "Virtual MFA"},
    "GetSigninToken": lambda attempt: None,
    "SwitchRole": lambda attempt: {"SwitchFrom": attempt.switched_from, "RedirectTo": attempt.login_to},
}


def _user_identity(attempt: Attempt, *, failed: bool) -> dict[str, Any]:
    """Who it was. A user who is not signed in yet has no ARN, and a name that nobody has is not told."""
    if attempt.identity is None:
        return {"type": "IAMUser", "accountId": attempt.account, "accessKeyId": "", "userName": HIDDEN}
    identity = user_identity(_caller(attempt.identity))
    if identity["type"] == "Root":
        return {**identity, "accessKeyId": ""}
    if identity["type"] == "IAMUser" and (failed or attempt.kind == "CheckMfa"):
        del identity["arn"]
        identity["accessKeyId"] = ""
    return identity


def _caller(of: Identity) -> Caller:
    return Caller(of.kind, of.account, of.arn, user_id=of.user_id, session=of.session)
