"""From credentials to a caller.

A key that IAM or STS issued here is its user, role session or root. Any other names an account: itself
if it has twelve digits, else the default one.
"""

from __future__ import annotations

from windsock.engine.calls import Caller
from windsock.engine.identities import Identities, root_of
from windsock.gateway.credentials import Credentials
from windsock.kernel.scope import Scope


def caller_of(identities: Identities, credentials: Credentials, *, source_ip: str, user_agent: str) -> Caller:
    """Who makes a request with these credentials; nothing is verified here."""
    key = credentials.access_key or ""
    known = identities.access_key(key, credentials.security_token) if key else None
    whose = known.identity if known else root_of(Scope(credentials.account, credentials.region))
    return Caller(
        whose.kind, whose.account, whose.arn, key, source_ip, user_agent, whose.user_id, whose.session
    )
