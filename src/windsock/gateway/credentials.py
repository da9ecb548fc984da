"""Who a request says it is from: access key, account, region and the signature, as sent.

Nothing is verified here; `authentication` does that. Every way to sign is read: Signature Version 4 in the
Authorization header or in a presigned URL, and the older Version 2 forms (`AWS key:signature`,
`AWSAccessKeyId=`).
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from windsock.gateway.hosts import read_host
from windsock.gateway.request import Request
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION

DATE_FORM: Final = "%Y%m%dT%H%M%SZ"

_ACCOUNT = re.compile(r"\d{12}")
_VERSION_4 = re.compile(r"^(AWS4-[A-Z0-9-]+)\s+(.*)$", re.DOTALL)
_VERSION_2 = re.compile(r"^AWS\s+([^:\s]+):(\S*)$")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The signer of a request, as the request states it.

    `account` is the access key where that has twelve digits, else the default account; `region`
    and `signing_name` come from the credential scope (`signing_name` is None without one).
    `algorithm`, `signed_headers`, `signature`, `date` (basic ISO 8601) and `expires` (seconds,
    presigned URLs only) are what verification needs; an unsigned request has none of them.
    """

    access_key: str | None = None
    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    signing_name: str | None = None
    algorithm: str | None = None
    signed_headers: tuple[str, ...] = ()
    signature: str | None = None
    date: str | None = None
    scope_date: str | None = None
    security_token: str | None = None
    expires: int | None = None
    presigned: bool = False

    @property
    def signed(self) -> bool:
        """Whether the request carries any signature."""
        return self.access_key is not None

    @property
    def signed_at(self) -> datetime | None:
        """The date of the signature; None where there is none that can be read."""
        text = self.date or ""
        with contextlib.suppress(ValueError):
            return datetime.strptime(text, DATE_FORM).replace(tzinfo=UTC)
        with contextlib.suppress(ValueError, OverflowError):
            return parsedate_to_datetime(text).astimezone(UTC)
        return None


def read_credentials(request: Request) -> Credentials:
    """The credentials in the Authorization header, else in the URL or form, else none.

    Where they do not name a region, the host may. Raises SerializationError for a malformed form.
    """
    authorization = request.headers.get("authorization", "")
    version_4 = _VERSION_4.match(authorization)
    if version_4:
        return _from_header(request, version_4[1], version_4[2])
    version_2 = _VERSION_2.match(authorization)
    if version_2:
        key, signature = version_2.groups()
        return Credentials(
            access_key=key,
            account=account_of(key),
            region=read_host(request.headers.get("host", "")).region or DEFAULT_REGION,
            algorithm="AWS",
            signature=signature,
            signing_name="s3",
        )
    return _from_query(request)


def account_of(access_key: str | None) -> str:
    """The account that an access key names: the key itself if it has twelve digits."""
    return access_key if access_key and _ACCOUNT.fullmatch(access_key) else DEFAULT_ACCOUNT


def _from_header(request: Request, algorithm: str, fields_text: str) -> Credentials:
    fields = {}
    for part in fields_text.split(","):
        name, _, value = part.strip().partition("=")
        fields[name] = value
    return _version_4(
        algorithm=algorithm,
        credential=fields.get("Credential", ""),
        signed_headers=fields.get("SignedHeaders", ""),
        signature=fields.get("Signature"),
        date=request.headers.get("x-amz-date") or request.headers.get("date"),
        security_token=request.headers.get("x-amz-security-token"),
    )


def _from_query(request: Request) -> Credentials:
    query = {name.lower(): values[-1] for name, values in request.query_values.items()}
    if "x-amz-credential" in query:
        return _version_4(
            algorithm=query.get("x-amz-algorithm", "AWS4-HMAC-SHA256"),
            credential=query["x-amz-credential"],
            signed_headers=query.get("x-amz-signedheaders", ""),
            signature=query.get("x-amz-signature"),
            date=query.get("x-amz-date"),
            security_token=query.get("x-amz-security-token"),
            expires=query.get("x-amz-expires"),
            presigned=True,
        )
    return _version_2_fields(query, request)


def _version_2_fields(query: Mapping[str, str], request: Request) -> Credentials:
    fields = query if "awsaccesskeyid" in query else {}
    if not fields and request.method == "POST" and b"AWSAccessKeyId=" in request.body:
        fields = {name.lower(): value for name, value in request.fields.items()}
    region = read_host(request.headers.get("host", "")).region or DEFAULT_REGION
    key = fields.get("awsaccesskeyid")
    if not key:
        return Credentials(region=region)
    return Credentials(
        access_key=key,
        account=account_of(key),
        region=region,
        signing_name=None if "action" in fields else "s3",
        algorithm=fields.get("signaturemethod", "AWS"),
        signature=fields.get("signature"),
        date=fields.get("timestamp"),
        security_token=fields.get("securitytoken"),
        presigned="expires" in fields,
    )


def _version_4(
    *,
    algorithm: str,
    credential: str,
    signed_headers: str,
    signature: str | None,
    date: str | None,
    security_token: str | None,
    expires: str | None = None,
    presigned: bool = False,
) -> Credentials:
    # The key itself may hold slashes, the scope never does: date/region/service/aws4_request.
    key, *scope = credential.rsplit("/", 4)
    regional = algorithm != "AWS4-ECDSA-P256-SHA256"
    if not regional:
        # Version 4A signs for a set of regions: its scope has no region.
        key, *rest = credential.rsplit("/", 3)
        scope = [rest[0], "", *rest[1:]] if len(rest) == 3 else []
    complete = len(scope) == 4
    return Credentials(
        access_key=key or None,
        account=account_of(key),
        region=(scope[1] if complete else "") or DEFAULT_REGION,
        signing_name=(scope[2].lower() if complete else "") or None,
        algorithm=algorithm,
        signed_headers=tuple(name for name in signed_headers.lower().split(";") if name),
        signature=signature,
        date=date,
        scope_date=scope[0] if complete else None,
        security_token=security_token,
        expires=int(expires) if expires and expires.isdigit() else None,
        presigned=presigned,
    )
