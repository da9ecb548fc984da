"""From credentials to a caller.

A key that IAM or STS issued here is its user, role session or root. Any other names an account: itself
if it has twelve digits, else the default one. Where IAM is enforced S3 is also asked by nobody, without a
signature; elsewhere that is the default account.
"""

from __future__ import annotations

from typing import Final

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.identities import AccessKey, root_of
from windsock.gateway.credentials import Credentials
from windsock.kernel.access_keys import issuing_account
from windsock.kernel.clock import RealClock
from windsock.kernel.scope import Scope

_S3: Final = "s3"
_CLOCK: Final = RealClock()


def caller_of(
    engine: Engine, credentials: Credentials, service: str, *, source_ip: str, user_agent: str
) -> Caller:
    """Who makes a request to a service with these credentials; nothing is verified here."""
    if service == _S3 and credentials.algorithm is None and engine.settings.iam == "enforce":
        return Caller.anonymous(source_ip, user_agent)
    known = _known(engine, credentials)
    if known is not None:
        engine.identities.used(known.identity, known.id, service, credentials.region)
    whose = known.identity if known else root_of(Scope(credentials.account, credentials.region))
    return Caller(
        whose.kind,
        whose.account,
        whose.arn,
        credentials.access_key or "",
        source_ip,
        user_agent,
        whose.user_id,
        whose.session,
        signing=_signing(credentials) if service == _S3 else (),
    )


def _signing(credentials: Credentials) -> tuple[tuple[str, str], ...]:
    """How a request was signed, as S3's condition keys; its age in milliseconds, by the machine's clock.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    """
    keys = {"s3:authType": "REST-QUERY-STRING" if credentials.presigned else "REST-HEADER"}
    if credentials.algorithm:
        keys["s3:signatureversion"] = credentials.algorithm
    signed_at = credentials.signed_at
    if signed_at is not None:
        keys["s3:signatureAge"] = str(max(0, _CLOCK.now_ms() - round(signed_at.timestamp() * 1000)))
    return tuple(keys.items())


def _known(engine: Engine, credentials: Credentials) -> AccessKey | None:
    """The key of the credentials, if it was issued here. Other texts are not worth loading IAM for."""
    key = credentials.access_key
    if key is None or issuing_account(key) is None:
        return None
    return engine.identities.access_key(key, credentials.security_token)
