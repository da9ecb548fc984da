"""One request to the console: who it is from, and what it may ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from windsock.console.cookies import BACK, SESSION, read_cookie
from windsock.console.paths import CONSOLE_PREFIX
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.identities import Identity, root_of
from windsock.gateway.request import Request
from windsock.kernel.scope import DEFAULT_REGION, Scope

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+){1,3}-\d")


@dataclass(frozen=True)
class Visit:
    """A request, and where it came from. `identity` is None for whoever did not sign in."""

    engine: Engine
    request: Request
    source_ip: str

    @property
    def path(self) -> str:
        """The path below the console's prefix, without slashes around it."""
        return self.request.path.removeprefix(CONSOLE_PREFIX).strip("/")

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query's values; the last of a name counts."""
        return dict(self.request.query)

    @property
    def region(self) -> str:
        """The region that the page is about."""
        region = self.query.get("region", "")
        return region if _REGION.fullmatch(region) else DEFAULT_REGION

    @property
    def of_region(self) -> str:
        """The query that keeps a link in the region; empty for the default one."""
        return "" if self.region == DEFAULT_REGION else f"?region={self.region}"

    @cached_property
    def identity(self) -> Identity | None:
        """Who signed in, or the root of the account that is looked at."""
        key, _, token = read_cookie(self.request, SESSION).partition(".")
        if is_account(key):
            return root_of(Scope(key, self.region)) if self.may_look else None
        return self._signed_in(key, token) if token else None

    @property
    def may_go_back(self) -> bool:
        """Whether this is a role that whoever signed in switched to."""
        return bool(read_cookie(self.request, BACK))

    @property
    def may_look(self) -> bool:
        """Whether accounts may be looked at without signing in: where the API takes any credentials too."""
        return self.engine.settings.iam != "enforce"

    @property
    def caller(self) -> Caller:
        """Who calls what the page asks for. Raises LookupError when nobody signed in."""
        identity = self.identity
        if identity is None:
            raise LookupError("Nobody signed in.")
        return Caller(
            identity.kind,
            identity.account,
            identity.arn,
            access_key=read_cookie(self.request, SESSION).partition(".")[0],
            source_ip=self.source_ip,
            user_agent=self.user_agent,
            user_id=identity.user_id,
            session=identity.session,
        )

    @property
    def user_agent(self) -> str:
        """The browser, as it names itself."""
        return self.request.headers.get("user-agent", "")

    async def call(
        self, service: str, operation: str, params: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Call an operation as whoever signed in, in the region of the page. Raises AwsError."""
        identity, caller = self.identity, self.caller
        scope = Scope(caller.account, self.region)
        if identity is not None and identity.session is not None:
            self.engine.identities.used(identity, caller.access_key, service, scope.region)
        return await self.engine.call(service, operation, params or {}, caller=caller, scope=scope) or {}

    def _signed_in(self, key: str, token: str) -> Identity | None:
        """Whose session it is, unless it is over, or the user's who is gone."""
        known = self.engine.identities.access_key(key, token)
        session = None if known is None else known.identity.session
        if known is None or session is None or session.expires_ms <= self.engine.clock.now_ms():
            return None
        if known.identity.kind == "user":
            user = self.engine.identities.principal(session.issuer)
            if user is None or user.unique_id != session.issuer_id:
                return None
        return known.identity


def is_account(text: str) -> bool:
    """Whether a text is the number of an account: any twelve digits are one."""
    return _ACCOUNT.fullmatch(text) is not None
