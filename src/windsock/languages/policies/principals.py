"""Who asks, and whether a Principal or NotPrincipal element names them.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

PrincipalKind = Literal["root", "user", "session", "federated-user", "service", "provider", "anonymous"]

_ROOT: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):root")
_ACCOUNT: Final = re.compile(r"\d{12}")
_SERVICE: Final = re.compile(r"([a-z0-9-]+)\.([a-z]{2}(?:-[a-z]+)+-\d)\.(amazonaws\.com(?:\.cn)?)")

_TYPES: Final[Mapping[PrincipalKind, str]] = {
    "root": "Account",
    "user": "User",
    "session": "AssumedRole",
    "federated-user": "FederatedUser",
    "anonymous": "Anonymous",
}


class Grade(enum.IntEnum):
    """How a policy of a resource names somebody, from not at all to in person.

    Within one account this decides which implicit denies of other policies still count.
    """

    NOT = 0
    ACCOUNT = 1
    """By their account, which only lets the account's own policies grant."""
    ENTITY = 2
    """By the role or user behind their session: boundary and session policies limit what it grants."""
    PERSON = 3
    """As themselves, or as everybody: nothing but an explicit deny limits what it grants."""


@dataclass(frozen=True)
class Principal:
    """Who asks. Made by one of its class methods.

    `arn` is the ARN that errors name, or the name of a service or identity provider; `account` owns the
    principal (empty for services, providers and the anonymous). `entity_arn` is the role or user behind a
    session, `user_id` the unique id (`AIDA...`, `AROA...:session`), `tags` those of the principal and its
    session. `region` is where a service acts; `canonical_id` names the account to S3.
    """

    kind: PrincipalKind
    arn: str
    account: str = ""
    entity_arn: str = ""
    user_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    canonical_id: str = ""

    @classmethod
    def root(cls, account: str, partition: str = "aws") -> Principal:
        """The root user of an account."""
        return cls("root", f"arn:{partition}:iam::{account}:root", account, user_id=account)

    @classmethod
    def user(cls, arn: str, *, user_id: str = "", tags: Mapping[str, str] | None = None) -> Principal:
        """An IAM user."""
        return cls("user", arn, _account_of(arn), user_id=user_id, tags=tags or {})

    @classmethod
    def session(
        cls, arn: str, role_arn: str, *, user_id: str = "", tags: Mapping[str, str] | None = None
    ) -> Principal:
        """A session of a role, `arn` being `arn:aws:sts::...:assumed-role/role/session`."""
        return cls("session", arn, _account_of(arn), role_arn, user_id, tags or {})

    @classmethod
    def federated_user(cls, arn: str, user_arn: str, *, user_id: str = "") -> Principal:
        """A session of GetFederationToken, `arn` being `arn:aws:sts::...:federated-user/name`."""
        return cls("federated-user", arn, _account_of(arn), user_arn, user_id)

    @classmethod
    def service(cls, name: str, region: str = "") -> Principal:
        """An AWS service, such as `events.amazonaws.com`, acting in a region."""
        return cls("service", name, region=region)

    @classmethod
    def provider(cls, name: str) -> Principal:
        """Somebody an identity provider vouches for: `accounts.google.com`, or a provider's ARN."""
        return cls("provider", name)

    @classmethod
    def anonymous(cls) -> Principal:
        """Nobody in particular."""
        return cls("anonymous", "*")

    @functools.cached_property
    def persons(self) -> frozenset[str]:
        """The names that mean the principal itself."""
        unique = {self.user_id.partition(":")[0]} if self.kind == "user" and self.user_id else set()
        return frozenset({self.arn} | unique)

    @functools.cached_property
    def entities(self) -> frozenset[str]:
        """The names of the role or user behind a session."""
        unique = self.user_id.partition(":")[0]
        return frozenset(name for name in (self.entity_arn, unique) if name and self.entity_arn)

    @functools.cached_property
    def service_names(self) -> frozenset[str]:
        """What a service is called: `states.amazonaws.com` is also `states.us-west-2.amazonaws.com` there."""
        if self.kind != "service":
            return frozenset()
        names = {self.arn}
        regional = _SERVICE.fullmatch(self.arn)
        if regional:
            names.add(f"{regional[1]}.{regional[3]}")
        elif self.region and self.arn.count(".") <= 3:
            service, _, domain = self.arn.partition(".")
            names.add(f"{service}.{self.region}.{domain}")
        return frozenset(names)

    @functools.cached_property
    def context(self) -> dict[str, str | tuple[str, ...]]:
        """The condition keys that say who asks, in lower case."""
        keys: dict[str, str | tuple[str, ...]] = {
            "aws:principalisawsservice": str(self.kind == "service").lower()
        }
        if self.kind in _TYPES:
            keys["aws:principaltype"] = _TYPES[self.kind]
        if self.account:
            keys["aws:principalaccount"] = self.account
            keys["aws:principalarn"] = self.arn if self.kind != "session" else self.entity_arn
        if self.kind == "service":
            keys["aws:principalservicename"] = self.arn
            keys["aws:principalservicenameslist"] = tuple(sorted(self.service_names))
        if self.user_id:
            keys["aws:userid"] = self.user_id
        if self.kind == "user":
            keys["aws:username"] = self.arn.rpartition("/")[2]
        for name, value in self.tags.items():
            keys[f"aws:principaltag/{name.lower()}"] = value
        return keys


def _account_of(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


class Principals:
    """A Principal or (`negated`) NotPrincipal element."""

    __slots__ = ("_accounts", "_canonical", "_everyone", "_providers", "_services", "_unique", "negated")

    def __init__(self, element: Mapping[str, Iterable[str]], *, negated: bool) -> None:
        """`element` by kind of principal; `"*"` given alone is `{"*": ["*"]}`."""
        named = frozenset(element.get("AWS", ()))
        self.negated = negated
        self._everyone = "*" in named or "*" in element
        self._accounts = frozenset(account for name in named if (account := _account_named(name)))
        self._unique = named
        self._services = frozenset(element.get("Service", ()))
        self._providers = frozenset(element.get("Federated", ()))
        self._canonical = frozenset(element.get("CanonicalUser", ()))

    def grade(self, principal: Principal) -> Grade:
        """How the element covers the principal; Grade.NOT when it does not."""
        if self.negated:
            return Grade.NOT if self._everyone or self._lists_all_of(principal) else Grade.PERSON
        if self._everyone:
            return Grade.PERSON
        if principal.kind == "service":
            return Grade.PERSON if self._services & principal.service_names else Grade.NOT
        if principal.kind == "provider":
            return Grade.PERSON if principal.arn in self._providers else Grade.NOT
        if self._unique & principal.persons:
            return Grade.PERSON
        if self._unique & principal.entities:
            return Grade.ENTITY
        return Grade.ACCOUNT if self._names_account_of(principal) else Grade.NOT

    def _names_account_of(self, principal: Principal) -> bool:
        return principal.account in self._accounts or principal.canonical_id in self._canonical

    def _lists_all_of(self, principal: Principal) -> bool:
        """Whether NotPrincipal lists the principal and all it belongs to: AWS may check the account first."""
        if principal.kind in ("service", "provider"):
            return bool(self._services & principal.service_names) or principal.arn in self._providers
        if principal.kind == "anonymous" or not self._names_account_of(principal):
            return False
        if principal.kind == "root":
            return True
        behind = not principal.entity_arn or bool(self._unique & principal.entities)
        return behind and bool(self._unique & principal.persons)


def _account_named(name: str) -> str:
    root = _ROOT.fullmatch(name)
    if root:
        return root[1]
    return name if _ACCOUNT.fullmatch(name) else ""
