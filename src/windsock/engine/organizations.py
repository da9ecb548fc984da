"""Which organisation an account is a member of, and what that takes from its principals and resources.

Who is a member is engine's to know, so that nothing is looked at while there is no organisation. What its
policies say is the room's of Organizations: `ControlPolicies` is the port, found by its decorator.
Sources, below https://docs.aws.amazon.com/organizations/latest/userguide/:
orgs_manage_policies_scps_evaluation.html and orgs_manage_policies_rcps.html
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, TypeVar

import sqlalchemy as sa

from windsock.engine.tables import members as table
from windsock.kernel.discovery import mark
from windsock.kernel.scope import DEFAULT_REGION, Scope
from windsock.languages.policies import Policy
from windsock.store.statements import Statement, upsert
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_ALL = Statement(sa.select(table))
_JOIN = Statement(upsert(table, "organization", "management"))
_LEAVE = Statement(sa.delete(table).where(table.c.account == sa.bindparam("account")))

Levels: TypeAlias = Sequence[Sequence[Policy]]
"""Policies by level, from the root of an organisation down to the account."""

# The services (by the prefix of their actions) whose resources policies of organisations limit.
RESOURCE_CONTROLLED: Final = frozenset({"aoss", "ecr", "kms", "s3", "secretsmanager", "sqs", "sts"})

_SERVICE_LINKED: Final = ":role/aws-service-role/"


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation that an account is a member of, and the account that manages it."""

    organization: str
    management: str


@dataclass(frozen=True, slots=True)
class Guards:
    """What an organisation sets on an account.

    `path` is where it stands (`o-.../r-.../ou-.../`). Levels are empty where nothing is taken away: from the
    management account, and by types of policy that are not enabled.
    """

    path: str
    service_control: Levels = ()
    resource_control: Levels = ()


NO_GUARDS: Final = Guards("")


class ControlPolicies(Protocol):
    """What the policies of organisations say."""

    def guards(self, account: str, membership: Membership) -> Guards:
        """What is set on a member. Costs no read of the store for what was asked before."""


@dataclass(frozen=True, slots=True)
class ControlPoliciesMarker:
    """Set on a class by `control_policies`."""


C = TypeVar("C", bound="type[ControlPolicies]")


def control_policies(implementation: C) -> C:
    """Register the class that answers for `ControlPolicies`; it is made when first asked."""
    mark(implementation, ControlPoliciesMarker())
    return implementation


class Organizations:
    """An engine part: `engine.part(Organizations)`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._members: Mapping[str, Membership] | None = None

    @property
    def any(self) -> bool:
        """Whether there is an organisation."""
        return bool(self._known())

    def of(self, account: str) -> Membership | None:
        """The organisation of an account, or None."""
        return self._known().get(account)

    def guards(self, account: str) -> Guards:
        """What the organisation of an account sets on it; nothing for one that is in none."""
        membership = self.of(account)
        return NO_GUARDS if membership is None else self._policies.guards(account, membership)

    def join(self, tx: Transaction, account: str, membership: Membership) -> None:
        """An account becomes a member."""
        scope = Scope(account, DEFAULT_REGION).of_account
        values = {"organization": membership.organization, "management": membership.management}
        tx.execute(_JOIN, {**scope.columns, **values})
        tx.after_commit(self._forget)

    def leave(self, tx: Transaction, account: str) -> None:
        """An account is a member no more."""
        tx.execute(_LEAVE, {"account": account})
        tx.after_commit(self._forget)

    @functools.cached_property
    def _policies(self) -> ControlPolicies:
        return self._engine.rooms.control_policies()(self._engine)

    def _known(self) -> Mapping[str, Membership]:
        if self._members is None:
            rows = self._engine.store.read(lambda tx: tx.rows(_ALL))
            self._members = {row.account: Membership(row.organization, row.management) for row in rows}
        return self._members

    def _forget(self) -> None:
        self._members = None


def is_service_linked(role: str) -> bool:
    """Whether a role (its ARN) is one that a service made for itself, which no organisation limits."""
    return _SERVICE_LINKED in role
