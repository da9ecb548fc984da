"""X.509 signing certificates of users.

Sources: API_UploadSigningCertificate and the pages of the other operations beside it below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import upper
from windsock.services.iam.certificates import check_certificate
from windsock.services.iam.errors import DuplicateCertificate
from windsock.services.iam.limits import SIGNING_CERTIFICATES_PER_USER
from windsock.services.iam.pages import page
from windsock.services.iam.user_credentials import CredentialKind, details_of
from windsock.services.iam.users import require_user
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_KIND: Final = CredentialKind("signing-certificate", "The Certificate with id {id} cannot be found.")

_ID_LENGTH: Final = 32


@command("UploadSigningCertificate")
def upload_signing_certificate(ctx: Command, params: Params) -> Result:
    """Give a user a certificate."""
    user, body = require_user(ctx, params), params["CertificateBody"]
    check_certificate(body)
    if any(details_of(row)["body"] == body for row in certificates_of(ctx, user)):
        raise DuplicateCertificate("The certificate already exists in this account.")
    _KIND.refuse_more(ctx, user, "CertificatesPerUser", SIGNING_CERTIFICATES_PER_USER)
    return {"Certificate": _shown(user, _KIND.add(ctx, user, upper(_ID_LENGTH), {"body": body}))}


@query("ListSigningCertificates")
def list_signing_certificates(ctx: Query, params: Params) -> Result:
    """The certificates of a user."""
    user = require_user(ctx, params)
    found = certificates_of(ctx, user)
    return page(params, "Certificates", found, lambda row: row.id, lambda row: _shown(user, row))


@command("UpdateSigningCertificate")
def update_signing_certificate(ctx: Command, params: Params) -> Result:
    """Make a certificate active or inactive."""
    _KIND.set_status(ctx, require_user(ctx, params), params["CertificateId"], params["Status"])
    return None


@command("DeleteSigningCertificate")
def delete_signing_certificate(ctx: Command, params: Params) -> Result:
    """Take a certificate from a user."""
    _KIND.delete(ctx, require_user(ctx, params), params["CertificateId"])
    return None


def certificates_of(at: Reading, user: Row) -> list[Row]:
    """The certificates of a user."""
    return _KIND.of_user(at, user)


def _shown(user: Row, row: Row) -> dict[str, Any]:
    return {
        "UserName": user.name,
        "CertificateId": row.id,
        "CertificateBody": details_of(row)["body"],
        "Status": row.status,
        "UploadDate": to_datetime(row.created_ms),
    }
