"""From credentials to a caller.

A key that IAM or STS issued here is its user, role session or root. Any other names an account: itself
if it has twelve digits, else the default one.
"""

from __future__ import annotations

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.identities import AccessKey, root_of
from windsock.gateway.credentials import Credentials
from windsock.kernel.access_keys import issuing_account
from windsock.kernel.scope import Scope


def caller_of(
    engine: Engine, credentials: Credentials, service: str, *, source_ip: str, user_agent: str
) -> Caller:
    """Who makes a request to a service with these credentials; nothing is verified here."""
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
    )


def _known(engine: Engine, credentials: Credentials) -> AccessKey | None:
    """The key of the credentials, if it was issued here. Other texts are not worth loading IAM for."""
    key = credentials.access_key
    if key is None or issuing_account(key) is None:
        return None
    return engine.identities.access_key(key, credentials.security_token)
