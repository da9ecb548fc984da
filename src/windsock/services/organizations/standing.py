"""Which organisation a call is about, and what its caller's account may do in it.

The management account does everything. Accounts that a service was delegated to may look at all of it, others
do what the organisation's resource policy lets them.
Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html
"""

from __future__ import annotations

from dataclasses import dataclass

from windsock.engine.operations import Command, Context, Query
from windsock.engine.organizations import Membership, Organizations
from windsock.kernel.scope import Scope
from windsock.services.organizations import rows
from windsock.services.organizations.delegation_policy import is_delegated
from windsock.services.organizations.errors import AccessDenied, NotInUse
from windsock.services.organizations.rows import Place
from windsock.store.scoped_rows import Reading, View
from windsock.store.statements import Row


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation; `at` is where its rows are read."""

    at: Reading
    row: Row

    @property
    def management(self) -> str:
        """The account that manages it."""
        account: str = self.row.account
        return account

    def arn(self, kind: str, *names: str) -> str:
        """An ARN of something in it: of `kind` (`ou`, `account`, `policy` ...)."""
        resource = "/".join([kind, self.row.id, *names])
        return Scope(self.management, self.row.region).arn("organizations", resource)


def own(ctx: Query | Command) -> Organization:
    """The organisation of the account that is called, for whoever is a member. Raises NotInUse."""
    membership = membership_of(ctx)
    return at_management(ctx, membership)


def looked_at(ctx: Query | Command) -> Organization:
    """The organisation, for those who may look at all of it. Raises NotInUse and AccessDenied."""
    found, account = own(ctx), ctx.scope.account
    if (
        account == found.management
        or rows.delegations.count(found.at, member=account)
        or is_delegated(ctx, found)
    ):
        return found
    raise AccessDenied


def managed(ctx: Command) -> tuple[Organization, Place]:
    """The organisation, and where to change it, for its management account and whom that lets.

    Raises NotInUse and AccessDenied.
    """
    found = own(ctx)
    if ctx.scope.account != found.management and not is_delegated(ctx, found):
        raise AccessDenied
    return found, Place(ctx.engine, ctx.tx, found.at.scope)


def membership_of(ctx: Context) -> Membership:
    """The membership of the account that is called. Raises NotInUse."""
    membership = ctx.engine.part(Organizations).of(ctx.scope.account)
    if membership is None:
        raise NotInUse
    return membership


def at_management(ctx: Query | Command, membership: Membership) -> Organization:
    """The organisation of a membership. Raises NotInUse."""
    at = View(ctx.tx, Scope(membership.management, ctx.scope.region))
    row = rows.organizations.find(at)
    if row is None:
        raise NotInUse  # it is one of another partition
    return Organization(at, row)
