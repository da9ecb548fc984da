"""The credential report: one line of CSV a user, saying what they could sign in with.

Sources: API_GenerateCredentialReport and API_GetCredentialReport below
https://docs.aws.amazon.com/IAM/latest/APIReference/, and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.services.iam import access_keys
from windsock.services.iam.limits import CREDENTIAL_REPORT_VALID_MS
from windsock.services.iam.login_profiles import login_profile_of
from windsock.services.iam.mfa_devices import devices_of
from windsock.services.iam.password_policy import password_policy
from windsock.services.iam.principals import USER
from windsock.services.iam.settings import put_setting, setting
from windsock.services.iam.signing_certificates import certificates_of
from windsock.services.iam.users import ROOT
from windsock.store.statements import Row

_NAME: Final = "credential_report"
_DAY_MS: Final = 86_400_000
_NOT_AVAILABLE: Final = "N/A"
_NOT_SUPPORTED: Final = "not_supported"

_COLUMNS: Final = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)


@command("GenerateCredentialReport")
def generate_credential_report(ctx: Command, params: Params) -> Result:
    """Write the report, unless the latest one is not four hours old."""
    report = _latest(ctx)
    if report is not None and ctx.now_ms - report["made_ms"] < CREDENTIAL_REPORT_VALID_MS:
        return {"State": "COMPLETE"}
    made = {"made_ms": ctx.now_ms, "content": _written(ctx)}
    put_setting(ctx, _NAME, orjson.dumps(made).decode())
    return {
        "State": "STARTED",
        "Description": "No report exists. Starting a new report generation task",
    }


@query("GetCredentialReport")
def get_credential_report(ctx: Query, params: Params) -> Result:
    """The latest report."""
    report = _latest(ctx)
    if report is None:
        raise AwsError("", code="ReportNotPresent")
    if ctx.now_ms - report["made_ms"] >= CREDENTIAL_REPORT_VALID_MS:
        raise AwsError("The credential report has expired. Please regenerate it.", code="ReportExpired")
    return {
        "Content": report["content"].encode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": to_datetime(report["made_ms"]),
    }


def _latest(ctx: Command | Query) -> dict[str, Any] | None:
    kept = setting(ctx, _NAME)
    report: dict[str, Any] | None = None if kept is None else orjson.loads(kept)
    return report


def _written(ctx: Command) -> str:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(_COLUMNS)
    lines.writerow(_root_line(ctx))
    for user in sorted(USER.rows.all(ctx), key=lambda row: str(row.name)):
        lines.writerow(_user_line(ctx, user))
    return text.getvalue().removesuffix("\n")


def _root_line(ctx: Command) -> Sequence[str]:
    return (
        "<root_account>",
        ctx.scope.of_account.arn("iam", "root"),
        _told(0),
        *[_NOT_SUPPORTED] * 4,
        "false",
        *_keys(ctx, ROOT),
        *["false", _NOT_AVAILABLE] * 2,
    )


def _user_line(ctx: Command, user: Row) -> Sequence[str]:
    return (
        user.name,
        USER.arn(user),
        _told(user.created_ms),
        *_password(ctx, user),
        _bool(bool(devices_of(ctx, user))),
        *_keys(ctx, user.id),
        *_certificates(ctx, user),
    )


def _password(ctx: Command, user: Row) -> Sequence[str]:
    profile = login_profile_of(ctx, user)
    if profile is None:
        return ("false", _NOT_AVAILABLE, _NOT_AVAILABLE, _NOT_AVAILABLE)
    days = (password_policy(ctx) or {}).get("MaxPasswordAge")
    rotation = _NOT_AVAILABLE if not days else _told(profile.changed_ms + days * _DAY_MS)
    used = "no_information" if user.password_used_ms is None else _told(user.password_used_ms)
    return ("true", used, _told(profile.changed_ms), rotation)


def _keys(ctx: Command, user_id: str) -> Sequence[str]:
    told: list[str] = []
    for key in access_keys.keys_of(ctx, user_id):
        at_ms, service, region = access_keys.last_use(ctx, key)
        used = _NOT_AVAILABLE if at_ms is None else _told(at_ms)
        told += [_bool(key.status == "Active"), _told(key.created_ms), used, region, service]
    missing = ["false", *[_NOT_AVAILABLE] * 4]
    return (told + missing + missing)[: 2 * len(missing)]


def _certificates(ctx: Command, user: Row) -> Sequence[str]:
    told: list[str] = []
    for certificate in certificates_of(ctx, user):
        told += [_bool(certificate.status == "Active"), _told(certificate.created_ms)]
    missing = ["false", _NOT_AVAILABLE]
    return (told + missing + missing)[: 2 * len(missing)]


def _told(instant_ms: int) -> str:
    return to_datetime(instant_ms).isoformat(timespec="seconds")


def _bool(value: bool) -> str:
    return "true" if value else "false"
