"""Credentials of a user for one service: name and password for CodeCommit or Keyspaces, a key for Bedrock.

The password is told once; what is kept of it is a digest.
Sources: API_CreateServiceSpecificCredential and the pages of the other operations beside it below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.services.iam.errors import LimitExceeded, NotSupportedService
from windsock.services.iam.limits import CREDENTIALS_PER_SERVICE_AND_USER
from windsock.services.iam.names import unique_id
from windsock.services.iam.pages import page
from windsock.services.iam.principals import USER
from windsock.services.iam.user_credentials import CredentialKind, details_of
from windsock.services.iam.users import require_user
from windsock.store.statements import Row

_KIND: Final = CredentialKind("service-credential", "No such credential {id} exists")

_BEDROCK: Final = "bedrock.amazonaws.com"
_SERVICES: Final = frozenset({"codecommit.amazonaws.com", "cassandra.amazonaws.com", _BEDROCK})
_DAY_MS: Final = 86_400_000
_PASSWORD_BYTES: Final = 33


@command("CreateServiceSpecificCredential")
def create_service_specific_credential(ctx: Command, params: Params) -> Result:
    """A credential for a service, told with its password this once."""
    user, service = require_user(ctx, params), params["ServiceName"]
    if service not in _SERVICES:
        raise NotSupportedService(f"No such service {service} is supported for Service Specific Credentials")
    others = [details_of(row) for row in _KIND.of_user(ctx, user)]
    number = sum(details["service"] == service for details in others)
    if number >= CREDENTIALS_PER_SERVICE_AND_USER:
        raise LimitExceeded.of("ServiceSpecificCredentialsPerUser", CREDENTIALS_PER_SERVICE_AND_USER)
    named = f"{user.name}{f'+{number}' if number else ''}-at-{ctx.scope.account}"
    password = _new_password()
    days = params.get("CredentialAgeDays")
    details = {
        "service": service,
        "service_user": named,
        "password_sha256": _digest(password),
        "expires_ms": None if days is None else ctx.now_ms + days * _DAY_MS,
    }
    row = _KIND.add(ctx, user, unique_id("ACCA"), details)
    return {"ServiceSpecificCredential": _with_password(user, row, password)}


@query("ListServiceSpecificCredentials")
def list_service_specific_credentials(ctx: Query, params: Params) -> Result:
    """The credentials of a user, or with AllUsers of everybody, for one service or for all."""
    holders = USER.rows.all(ctx) if params.get("AllUsers") else [require_user(ctx, params)]
    wanted = params.get("ServiceName")
    found = [
        (user, row)
        for user in holders
        for row in _KIND.of_user(ctx, user)
        if wanted in (None, details_of(row)["service"])
    ]
    return page(
        params, "ServiceSpecificCredentials", found, lambda each: each[1].id, lambda each: _shown(*each)
    )


@command("UpdateServiceSpecificCredential")
def update_service_specific_credential(ctx: Command, params: Params) -> Result:
    """Make a credential active or inactive."""
    credential_id = params["ServiceSpecificCredentialId"]
    _KIND.set_status(ctx, require_user(ctx, params), credential_id, params["Status"])
    return None


@command("ResetServiceSpecificCredential")
def reset_service_specific_credential(ctx: Command, params: Params) -> Result:
    """A new password, told this once; the old one holds no longer."""
    user = require_user(ctx, params)
    row = _KIND.named(ctx, user, params["ServiceSpecificCredentialId"])
    password = _new_password()
    _KIND.set_details(ctx, row, {**details_of(row), "password_sha256": _digest(password)})
    return {"ServiceSpecificCredential": _with_password(user, row, password)}


@command("DeleteServiceSpecificCredential")
def delete_service_specific_credential(ctx: Command, params: Params) -> Result:
    """Take a credential from a user."""
    _KIND.delete(ctx, require_user(ctx, params), params["ServiceSpecificCredentialId"])
    return None


def _new_password() -> str:
    return base64.b64encode(secrets.token_bytes(_PASSWORD_BYTES)).decode()


def _digest(password: str) -> str:
    """Passwords are drawn at random and long: one round of a fast hash is enough."""
    return hashlib.sha256(password.encode()).hexdigest()


def _shown(user: Row, row: Row) -> dict[str, Any]:
    details = details_of(row)
    member = "ServiceCredentialAlias" if details["service"] == _BEDROCK else "ServiceUserName"
    shown: dict[str, Any] = {
        "UserName": user.name,
        "Status": row.status,
        member: details["service_user"],
        "CreateDate": to_datetime(row.created_ms),
        "ServiceSpecificCredentialId": row.id,
        "ServiceName": details["service"],
    }
    if details["expires_ms"] is not None:
        shown["ExpirationDate"] = to_datetime(details["expires_ms"])
    return shown


def _with_password(user: Row, row: Row, password: str) -> dict[str, Any]:
    member = "ServiceCredentialSecret" if details_of(row)["service"] == _BEDROCK else "ServicePassword"
    return {**_shown(user, row), member: password}
