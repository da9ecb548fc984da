"""Whose request is it really: where IAM is enforced, the signature, its age and the key are verified.

Every service says in its own way what is wrong; `signature_errors` has the words. Signatures are held to the
machine's time, as clients sign by theirs; sessions end by windsock's clock, which began them.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from windsock.engine.engine import Engine
from windsock.engine.identities import AccessKey
from windsock.gateway.credentials import DATE_FORM, Credentials
from windsock.gateway.hosts import read_host
from windsock.gateway.request import Request
from windsock.gateway.signature_errors import Fault, refusal
from windsock.gateway.signatures import ALGORITHM, is_signed_with
from windsock.kernel.clock import Clock, RealClock, to_datetime
from windsock.kernel.limits import MAX_CLOCK_SKEW_S, MAX_PRESIGNED_S
from windsock.kernel.models import service_model

# What needs no signature: links that were mailed, and what shows tokens of identity providers.
_UNSIGNED: Final = frozenset(
    {
        ("sns", "ConfirmSubscription"),
        ("sns", "Unsubscribe"),
        ("sts", "AssumeRoleWithSAML"),
        ("sts", "AssumeRoleWithWebIdentity"),
    }
)

# The one service that also answers who does not sign: what policies and ACLs of buckets let everybody do.
_OPEN: Final = "s3"


class Authentication:
    """Verifies requests for an engine."""

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self._engine = engine
        self._clock = clock or RealClock()

    def verify(self, request: Request, credentials: Credentials, service: str, operation: str) -> None:
        """Raises the service's own error for a request that is not who it says it is."""
        if credentials.algorithm is None:
            if service != _OPEN and (service, operation) not in _UNSIGNED:
                raise refusal(service, Fault.MISSING)
            return
        _check_form(service, credentials)
        _check_region(service, request, credentials)
        key = self._key(service, credentials)
        self._check_age(service, credentials)
        if not is_signed_with(request, credentials, key.secret):
            raise refusal(service, Fault.MISMATCH)
        session = key.identity.session
        if session is not None and session.expires_ms <= self._engine.clock.now_ms():
            raise refusal(service, Fault.TOKEN_EXPIRED)

    def _key(self, service: str, credentials: Credentials) -> AccessKey:
        key = self._engine.identities.access_key(credentials.access_key or "", credentials.security_token)
        if key is None and credentials.security_token:
            raise refusal(service, Fault.INVALID_TOKEN)
        if key is None or not key.active:
            raise refusal(service, Fault.UNKNOWN_KEY)
        return key

    def _check_age(self, service: str, credentials: Credentials) -> None:
        """A signature is good for a quarter of an hour around its date, a URL for as long as it says."""
        now, signed = to_datetime(self._clock.now_ms()), credentials.signed_at
        if signed is None or signed.strftime("%Y%m%d") != credentials.scope_date:
            raise refusal(service, Fault.WRONG_DATE)
        skew = timedelta(seconds=MAX_CLOCK_SKEW_S)
        minutes = MAX_CLOCK_SKEW_S // 60
        if signed > now + skew:
            latest = f"{now + skew:{DATE_FORM}} ({now:{DATE_FORM}} + {minutes} min.)"
            raise refusal(service, Fault.TOO_EARLY, f"{signed:{DATE_FORM}} is still later than {latest}")
        if credentials.expires is not None:
            if now > signed + timedelta(seconds=credentials.expires):
                raise refusal(service, Fault.URL_EXPIRED)
        elif signed < now - skew:
            earliest = f"{now - skew:{DATE_FORM}} ({now:{DATE_FORM}} - {minutes} min.)"
            raise refusal(service, Fault.TOO_LATE, f"{signed:{DATE_FORM}} is now earlier than {earliest}")


def _check_form(service: str, credentials: Credentials) -> None:
    """Whether the parts of a signature are all there and for this service."""
    if credentials.algorithm != ALGORITHM:
        raise refusal(service, Fault.ALGORITHM, credentials.algorithm or "")
    missing = [
        name
        for name, part in (
            ("Credential", credentials.scope_date),
            ("Signature", credentials.signature),
            ("SignedHeaders", credentials.signed_headers),
        )
        if not part
    ]
    if not credentials.date:
        missing.append("Date")
    if missing or "host" not in credentials.signed_headers:
        raise refusal(service, Fault.INCOMPLETE, " ".join(map(_requires, missing)))
    if credentials.presigned and not 0 < (credentials.expires or 0) <= MAX_PRESIGNED_S:
        raise refusal(service, Fault.INCOMPLETE, "X-Amz-Expires must be between 1 and 604800 seconds")
    expected = service_model(service).signing_name
    if credentials.signing_name != expected:
        raise refusal(service, Fault.WRONG_SCOPE, f"correct service: '{expected}'")


def _check_region(service: str, request: Request, credentials: Credentials) -> None:
    """Whether it is signed for the region that its host names, where that names one."""
    region = read_host(request.headers.get("host", "")).region
    if region is not None and region != credentials.region:
        raise refusal(service, Fault.WRONG_SCOPE, f"a valid region, not '{credentials.region}'")


def _requires(name: str) -> str:
    if name == "Date":
        return "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
    return f"Authorization header requires '{name}' parameter."
