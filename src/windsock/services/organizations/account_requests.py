"""Accounts that an organisation makes. It takes a while: the request says how far it is.

Sources: API_CreateAccount and API_CreateAccountStatus below
https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.accounts import Accounts
from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.organizations import Membership, Organizations
from windsock.kernel.clock import to_datetime
from windsock.services.organizations import rows
from windsock.services.organizations.account_making import MAKING
from windsock.services.organizations.errors import not_found
from windsock.services.organizations.ids import new_id
from windsock.services.organizations.limits import ACCOUNT_MADE_MS
from windsock.services.organizations.members import add_member, check_room, mail_of
from windsock.services.organizations.organization import found
from windsock.services.organizations.pages import page
from windsock.services.organizations.policy_kinds import ALL_FEATURES
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import looked_at, managed
from windsock.services.organizations.tag_rules import new_tags
from windsock.store.statements import Row

_ROLE: Final = "OrganizationAccountAccessRole"


@command("CreateAccount")
def create_account(ctx: Command, params: Params) -> Result:
    """Ask for an account."""
    _, place = managed(ctx)
    check_room(place)
    request = new_id("car", 32)
    rows.account_requests.insert(
        place,
        id=request,
        name=params["AccountName"],
        email=params["Email"],
        role=params.get("RoleName", _ROLE),
        tags=new_tags(params),
        state="IN_PROGRESS",
        requested_ms=ctx.now_ms,
    )
    ctx.engine.timers.set(ctx.tx, place.scope, MAKING, request, ctx.now_ms + ACCOUNT_MADE_MS)
    return {"CreateAccountStatus": _shown(rows.account_requests.existing(place, id=request))}


@query("DescribeCreateAccountStatus")
def describe_create_account_status(ctx: Query, params: Params) -> Result:
    """How far a request is."""
    row = rows.account_requests.find(looked_at(ctx).at, id=params["CreateAccountRequestId"])
    if row is None:
        raise not_found("CreateAccountStatus")
    return {"CreateAccountStatus": _shown(row)}


@query("ListCreateAccountStatus")
def list_create_account_status(ctx: Query, params: Params) -> Result:
    """The requests in some states, or all."""
    states = params.get("States")
    asked = [row for row in rows.account_requests.all(looked_at(ctx).at) if not states or row.state in states]
    return page(params, "CreateAccountStatuses", asked, lambda row: row.id, _shown)


@command("AddAccount")
def add_account(ctx: Command, params: Params) -> Result:
    """What `windsock accounts create` asks for: an account, at once, of a number of one's own or not.

    It becomes a member of the organisation that the account which asks manages; one is founded unless that
    account is in one already. Raises AccountExists.
    """
    organizations, management = ctx.engine.part(Organizations), ctx.scope.account
    account = ctx.engine.part(Accounts).add(ctx.tx, params.get("AccountId"), params.get("AccountName", ""))
    place = Place(ctx.engine, ctx.tx, ctx.scope)
    membership = organizations.of(management)
    if membership is None:
        founded = found(place, ALL_FEATURES)
        membership = Membership(founded.row.id, founded.management)
    if membership.management == management and account != management:
        name = params.get("AccountName") or account
        add_member(place, membership, account, name=name, email=mail_of(account), joined="CREATED")
    return {"AccountId": account}


def _shown(row: Row) -> dict[str, Any]:
    status: dict[str, Any] = {
        "Id": row.id,
        "AccountName": row.name,
        "State": row.state,
        "RequestedTimestamp": to_datetime(row.requested_ms),
    }
    if row.completed_ms is not None:
        status["CompletedTimestamp"] = to_datetime(row.completed_ms)
    if row.state == "SUCCEEDED":
        status["AccountId"] = row.made
    if row.failure is not None:
        status["FailureReason"] = row.failure
    return status
