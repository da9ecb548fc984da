"""Who is who: what the gateway and the call chain ask of IAM, without knowing it.

`Identities` is the port; `services/iam` has the one implementation, found by its decorator, and
`engine.identities` is it. Asking costs no read of the store for what was asked before.

- An *access key* is whose its `Identity` is: a user's or the root's (long-term), or a session's (temporary).
- A *principal* is a user or role as it is now: its policies, permissions boundary, tags, trust policy. That
  of a session is its `issuer`: the role that was assumed, or the user who asked for it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar

from windsock.kernel.discovery import mark
from windsock.kernel.scope import Scope

IdentityKind = Literal["account", "user", "role", "federated-user"]


@dataclass(frozen=True, slots=True)
class Federation:
    """Who vouched for the holder of a role's session: `provider` is the ARN of an identity provider.

    `keys` are the condition keys of what the provider told that all calls of the session have.
    """

    provider: str
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """What temporary credentials carry.

    `issuer` is the ARN whose permissions the session has (an IAM role, an IAM user, or an account's root)
    and `issuer_id` its unique id: a role made anew under the same name is not the one that was assumed.
    `name` is that of a role's session or of a federated user. `policies` are documents and `policy_arns`
    managed policies that bound the session; of its `session_tags` those named by `transitive` pass on to the
    sessions it begins. A role's session that an identity provider vouched for has a `federation`.
    """

    issuer: str
    issuer_id: str
    issued_ms: int
    expires_ms: int
    name: str = ""
    policies: tuple[str, ...] = ()
    policy_arns: tuple[str, ...] = ()
    session_tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    source_identity: str = ""
    mfa: bool = False
    federation: Federation | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a request is: `arn` and `user_id` (`AIDA...`, `AROA...:name`) as GetCallerIdentity tells them.

    An identity of kind `account` is the account's root. Only temporary credentials have a `session`.
    """

    kind: IdentityKind
    account: str
    arn: str
    user_id: str
    session: Session | None = None


def root_of(scope: Scope) -> Identity:
    """The root of an account, in the partition of a scope."""
    return Identity("account", scope.account, scope.of_account.arn("iam", "root"), scope.account)


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Who vouches for people outside: an OpenID Connect provider with the clients it may vouch to, or a SAML
    provider with its metadata document."""

    arn: str
    clients: tuple[str, ...] = ()
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key with the secret it signs with. An inactive one is nobody's where keys are verified."""

    id: str
    secret: str = field(repr=False)
    active: bool
    identity: Identity


@dataclass(frozen=True, slots=True)
class AttachedPolicy:
    """A policy of a principal: `name` is a managed policy's ARN or an inline policy's name."""

    name: str
    document: str


@dataclass(frozen=True, slots=True)
class Principal:
    """A user or role as it is now. `policies` are all that grant to it, those of a user's groups included.

    `trust` (JSON) says who may assume a role, for at most `max_session_seconds`; a user has neither.
    """

    arn: str
    unique_id: str
    policies: tuple[AttachedPolicy, ...]
    boundary: AttachedPolicy | None
    tags: Mapping[str, str]
    trust: str = ""
    max_session_seconds: int = 0


class Identities(Protocol):
    """What is known of keys and principals, of all accounts."""

    def access_key(self, key: str, session_token: str | None) -> AccessKey | None:
        """A key that was issued here; None for any other, or for a temporary key without its own token.

        Expired sessions are found too: the caller compares `expires_ms`.
        """

    def principal(self, arn: str) -> Principal | None:
        """The user (`arn:aws:iam::111122223333:user/...`) or role with this ARN, or None."""

    def managed_policy(self, arn: str) -> str | None:
        """The document of a managed policy's default version, AWS's own policies included, or None."""

    def identity_provider(self, arn: str) -> IdentityProvider | None:
        """The provider (`arn:aws:iam::111122223333:oidc-provider/...` or `saml-provider/...`), or None."""

    def mfa_code_holds(self, user_id: str, serial: str, code: str) -> bool | None:
        """Whether a one-time code is one of now of the user's MFA device; None without such a device."""

    def used(self, identity: Identity, access_key: str, service: str, region: str) -> None:
        """Note that a call was made with a key, for `last used` of keys and roles."""


@dataclass(frozen=True, slots=True)
class IdentitiesMarker:
    """Set on a class by `identities`."""


C = TypeVar("C", bound="type[Identities]")


def identities(implementation: C) -> C:
    """Register the class that answers for `Identities`; it is made with the engine."""
    mark(implementation, IdentitiesMarker())
    return implementation
