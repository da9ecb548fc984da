"""The accounts of an organisation: listed, moved, removed, closed.

An account that is closed stays for ninety days, as at AWS; it can still be used here.
Sources: API_ListAccounts and the pages of the other operations beside it below
https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.clock import to_datetime
from windsock.services.organizations import rows
from windsock.services.organizations.errors import Conflict, ConstraintViolation, not_found
from windsock.services.organizations.limits import CLOSED_MS, CLOSING_MS
from windsock.services.organizations.members import end_membership, member_named, remove_member
from windsock.services.organizations.pages import page
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import (
    Organization,
    at_management,
    looked_at,
    managed,
    membership_of,
)
from windsock.services.organizations.tree import parent_is_there, path_to
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_CLOSING: Final = "organizations.closing"


@query("ListAccounts")
def list_accounts(ctx: Query, params: Params) -> Result:
    """The accounts of the organisation, by number."""
    organization = looked_at(ctx)
    return _page(params, organization, rows.members.all(organization.at))


@query("ListAccountsForParent")
def list_accounts_for_parent(ctx: Query, params: Params) -> Result:
    """The accounts right below the root or a unit."""
    organization, parent = looked_at(ctx), params["ParentId"]
    if not parent_is_there(organization.at, parent):
        raise not_found("Parent")
    return _page(params, organization, rows.members.all(organization.at, parent=parent))


@query("DescribeAccount")
def describe_account(ctx: Query, params: Params) -> Result:
    """One account of the organisation."""
    organization = looked_at(ctx)
    return {"Account": shown(organization, member_named(organization, params["AccountId"]))}


@command("MoveAccount")
def move_account(ctx: Command, params: Params) -> Result:
    """Move an account from where it is to another root or unit."""
    organization, place = managed(ctx)
    member = member_named(organization, params["AccountId"])
    source, destination = params["SourceParentId"], params["DestinationParentId"]
    if not parent_is_there(place, source) or member.parent != source:
        raise not_found("SourceParent")
    if not parent_is_there(place, destination):
        raise not_found("DestinationParent")
    if source == destination:
        raise Conflict(
            "That account is already present in the specified destination.", code="DuplicateAccountException"
        )
    rows.members.update(place, {"member": member.member}, parent=destination)
    return None


@command("RemoveAccountFromOrganization")
def remove_account_from_organization(ctx: Command, params: Params) -> Result:
    """Have an account go out of the organisation."""
    organization, place = managed(ctx)
    account = member_named(organization, params["AccountId"]).member
    remove_member(organization, place, account)
    return None


@command("LeaveOrganization")
def leave_organization(ctx: Command, params: Params) -> Result:
    """Go out of the organisation, as a member."""
    organization = at_management(ctx, membership_of(ctx))
    place = Place(ctx.engine, ctx.tx, organization.at.scope)
    remove_member(organization, place, ctx.scope.account)
    return None


@command("CloseAccount")
def close_account(ctx: Command, params: Params) -> Result:
    """Close an account: it is suspended soon, and gone after ninety days."""
    organization, place = managed(ctx)
    member = member_named(organization, params["AccountId"])
    if member.member == organization.management:
        raise ConstraintViolation(
            "You cannot close the management account.", "CANNOT_CLOSE_MANAGEMENT_ACCOUNT"
        )
    if member.status != "ACTIVE":
        raise Conflict(
            "You attempted to close an account that is already closed.", code="AccountAlreadyClosedException"
        )
    rows.members.update(place, {"member": member.member}, status="PENDING_CLOSURE")
    ctx.engine.timers.set(ctx.tx, place.scope, _CLOSING, member.member, ctx.now_ms + CLOSING_MS)
    return None


@timer_kind
class Closing(TimerKind):
    """An account that was closed is suspended, and one that was suspended long enough is gone."""

    name = _CLOSING

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        place = Place(engine, tx, timer.scope)
        member = rows.members.find(place, member=timer.key)
        status = None if member is None else member.status
        if status == "PENDING_CLOSURE":
            rows.members.update(place, {"member": timer.key}, status="SUSPENDED")
            engine.timers.set(tx, timer.scope, _CLOSING, timer.key, timer.due_ms + CLOSED_MS)
        elif status == "SUSPENDED":
            end_membership(place, timer.key)


def _page(params: Params, organization: Organization, found: list[Row]) -> dict[str, Any]:
    return page(params, "Accounts", found, lambda row: row.member, lambda row: shown(organization, row))


def shown(organization: Organization, row: Row) -> dict[str, Any]:
    """An account as it is told."""
    path = [organization.row.id, *path_to(organization.at, row.parent), row.member, ""]
    return {
        "Id": row.member,
        "Arn": organization.arn("account", row.member),
        "Email": row.email,
        "Name": row.name,
        "Status": row.status,
        "State": row.status,
        "Paths": ["/".join(path)],
        "JoinedMethod": row.joined,
        "JoinedTimestamp": to_datetime(row.joined_ms),
    }
