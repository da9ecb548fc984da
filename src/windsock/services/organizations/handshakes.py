"""Handshakes: accounts are invited, and accept or not; an organisation is given all features.

Who was invited knows the handshake by its id, and need not be in the organisation. One that nobody answered
expires. Invited accounts need not approve of all features here: that the management account
accepts is enough.
Sources: API_InviteAccountToOrganization and the pages of the other operations beside it below
https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from windsock.engine.accounts import all_accounts
from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.organizations import Membership, Organizations
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.organizations import rows
from windsock.services.organizations.errors import (
    AccessDenied,
    Conflict,
    InvalidInput,
    not_found,
)
from windsock.services.organizations.ids import new_id
from windsock.services.organizations.limits import HANDSHAKE_MS
from windsock.services.organizations.members import add_member, check_room, mail_of
from windsock.services.organizations.pages import page
from windsock.services.organizations.policy_kinds import ALL_FEATURES
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import Organization, looked_at, managed
from windsock.services.organizations.tables import handshakes
from windsock.services.organizations.tag_rules import new_tags
from windsock.services.organizations.tags import put_tags
from windsock.store.scoped_rows import View
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

_BY_ID = Statement(sa.select(handshakes).where(handshakes.c.id == sa.bindparam("id")))
_OF_PARTY = Statement(sa.select(handshakes).where(handshakes.c.party == sa.bindparam("party")))

_INVITE: Final = "INVITE"
_ALL_FEATURES: Final = "ENABLE_ALL_FEATURES"
_UNANSWERED: Final = ("OPEN", "REQUESTED")


@command("InviteAccountToOrganization")
def invite_account(ctx: Command, params: Params) -> Result:
    """Invite an account, by its number or by the address that windsock knows it by."""
    organization, place = managed(ctx)
    named, named_by, tags = params["Target"]["Id"], params["Target"]["Type"], new_tags(params)
    account = _account_of(named, named_by)
    if ctx.engine.part(Organizations).of(account) is not None:
        raise _refused(
            "The specified account is already a member of an organization.", "ALREADY_IN_AN_ORGANIZATION"
        )
    if any(_state(row, ctx.now_ms) in _UNANSWERED for row in rows.handshakes.all(place, party=account)):
        raise Conflict(
            "A handshake with the same action and target already exists.", code="DuplicateHandshakeException"
        )
    check_room(place)
    row = _open(
        place,
        action=_INVITE,
        party=account,
        named=named,
        named_by=named_by,
        state="OPEN",
        notes=params.get("Notes"),
        tags=tags,
    )
    return {"Handshake": _shown(organization, row, ctx.now_ms)}


@command("EnableAllFeatures")
def enable_all_features(ctx: Command, params: Params) -> Result:
    """Begin to give all features to an organisation for consolidated billing."""
    organization, place = managed(ctx)
    if organization.row.features == ALL_FEATURES:
        raise _refused(
            "The organization already has all features enabled.", "ORGANIZATION_ALREADY_HAS_ALL_FEATURES"
        )
    row = _open(
        place,
        action=_ALL_FEATURES,
        party=organization.management,
        named=organization.row.id,
        named_by="ORGANIZATION",
        state="REQUESTED",
        tags=NO_TAGS,
    )
    return {"Handshake": _shown(organization, row, ctx.now_ms)}


@command("AcceptHandshake")
def accept_handshake(ctx: Command, params: Params) -> Result:
    """What was asked for happens."""
    organization, place, row = _to_answer(ctx, params, "ACCEPTED")
    if row.party != ctx.scope.account:
        raise AccessDenied
    if row.action == _ALL_FEATURES:
        rows.organizations.update(place, {}, features=ALL_FEATURES)
    else:
        _join(ctx, organization, place, row)
    return _answered(ctx, place, row, "ACCEPTED")


@command("DeclineHandshake")
def decline_handshake(ctx: Command, params: Params) -> Result:
    """Who was asked does not want to."""
    _, place, row = _to_answer(ctx, params, "DECLINED")
    if row.party != ctx.scope.account:
        raise AccessDenied
    return _answered(ctx, place, row, "DECLINED")


@command("CancelHandshake")
def cancel_handshake(ctx: Command, params: Params) -> Result:
    """Who asked does not want to any more."""
    organization, place, row = _to_answer(ctx, params, "CANCELED")
    if organization.management != ctx.scope.account:
        raise AccessDenied
    return _answered(ctx, place, row, "CANCELED")


@query("DescribeHandshake")
def describe_handshake(ctx: Query, params: Params) -> Result:
    """A handshake, for both sides."""
    row = _named(ctx.tx, params["HandshakeId"])
    if ctx.scope.account not in (row.account, row.party):
        raise not_found("Handshake")
    return {"Handshake": _shown(_organization(ctx.tx, row), row, ctx.now_ms)}


@query("ListHandshakesForAccount")
def list_handshakes_for_account(ctx: Query, params: Params) -> Result:
    """What the account that is called was asked."""
    asked = ctx.tx.rows(_OF_PARTY, {"party": ctx.scope.account})
    return _page(ctx, params, asked)


@query("ListHandshakesForOrganization")
def list_handshakes_for_organization(ctx: Query, params: Params) -> Result:
    """What the organisation asked."""
    return _page(ctx, params, rows.handshakes.all(looked_at(ctx).at))


def _account_of(named: str, named_by: str) -> str:
    """The account that an invitation names."""
    if named_by == "ACCOUNT" and named.isdecimal() and len(named) == 12:
        return named
    account, at, domain = named.partition("@")
    if named_by == "EMAIL" and at and mail_of(account) == f"{account}@{domain}" and account.isdecimal():
        return account
    reason = "INVALID_PARTY_TYPE_TARGET" if named_by == "ORGANIZATION" else "INVALID_PATTERN_TARGET_ID"
    raise InvalidInput("You specified an invalid target.", reason)


def _open(place: Place, **asked: str | None) -> Row:
    """A new handshake; `asked` are columns of its row."""
    handshake, now_ms = new_id("h", 8), place.engine.clock.now_ms()
    expires_ms = now_ms + HANDSHAKE_MS
    rows.handshakes.insert(place, id=handshake, requested_ms=now_ms, expires_ms=expires_ms, **asked)
    return rows.handshakes.existing(place, id=handshake)


def _join(ctx: Command, organization: Organization, place: Place, row: Row) -> None:
    """Who was invited becomes a member."""
    if ctx.engine.part(Organizations).of(row.party) is not None:
        raise _refused(
            "The specified account is already a member of an organization.", "ALREADY_IN_AN_ORGANIZATION"
        )
    check_room(place)
    known = {each.account: each.name for each in all_accounts(ctx.tx)}
    membership = Membership(organization.row.id, organization.management)
    name = known.get(row.party, row.party)
    add_member(place, membership, row.party, name=name, email=mail_of(row.party), joined="INVITED")
    put_tags(place, row.party, row.tags)


def _to_answer(ctx: Command, params: Params, state: str) -> tuple[Organization, Place, Row]:
    """A handshake that can still come into a state, for one of its parties."""
    row = _named(ctx.tx, params["HandshakeId"])
    if ctx.scope.account not in (row.account, row.party):
        raise not_found("Handshake")
    now = _state(row, ctx.now_ms)
    if now == state:
        raise Conflict(
            "The specified handshake is already in the requested state.",
            code="HandshakeAlreadyInStateException",
        )
    if now not in _UNANSWERED:
        raise Conflict(
            "You can't perform the operation on the handshake in its current state.",
            code="InvalidHandshakeTransitionException",
        )
    return _organization(ctx.tx, row), Place(ctx.engine, ctx.tx, Scope(row.account, row.region)), row


def _answered(ctx: Command, place: Place, row: Row, state: str) -> Result:
    rows.handshakes.update(place, {"id": row.id}, state=state)
    answered = rows.handshakes.existing(place, id=row.id)
    return {"Handshake": _shown(_organization(ctx.tx, answered), answered, ctx.now_ms)}


def _named(tx: Snapshot, handshake: str) -> Row:
    row = tx.row(_BY_ID, {"id": handshake})
    if row is None:
        raise not_found("Handshake")
    return row


def _organization(tx: Snapshot, row: Row) -> Organization:
    at = View(tx, Scope(row.account, row.region))
    found = rows.organizations.find(at)
    if found is None:
        raise not_found("Handshake")
    return Organization(at, found)


def _state(row: Row, now_ms: int) -> str:
    is_over = row.state in _UNANSWERED and now_ms >= row.expires_ms
    return "EXPIRED" if is_over else str(row.state)


def _page(ctx: Query, params: Params, found: list[Row]) -> Result:
    """Handshakes of the kind that a call asks for."""
    wanted = params.get("Filter", {}).get("ActionType")
    shown = [row for row in found if wanted in (None, row.action)]

    def show(row: Row) -> dict[str, Any]:
        return _shown(_organization(ctx.tx, row), row, ctx.now_ms)

    return page(params, "Handshakes", shown, lambda row: row.id, show)


def _shown(organization: Organization, row: Row, now_ms: int) -> dict[str, Any]:
    management = rows.members.existing(organization.at, member=organization.management)
    told = {
        "Type": "ORGANIZATION",
        "Value": organization.row.id,
        "Resources": [
            {"Type": "MASTER_EMAIL", "Value": management.email},
            {"Type": "MASTER_NAME", "Value": management.name},
            {"Type": "ORGANIZATION_FEATURE_SET", "Value": organization.row.features},
        ],
    }
    resources = [told]
    parties = [{"Id": organization.row.id.removeprefix("o-"), "Type": "ORGANIZATION"}]
    if row.action == _INVITE:
        parties.append({"Id": row.named, "Type": row.named_by})
        resources.append({"Type": row.named_by, "Value": row.named})
    if row.notes:
        resources.append({"Type": "NOTES", "Value": row.notes})
    return {
        "Id": row.id,
        "Arn": organization.arn("handshake", row.action.lower(), row.id),
        "Parties": parties,
        "State": _state(row, now_ms),
        "RequestedTimestamp": to_datetime(row.requested_ms),
        "ExpirationTimestamp": to_datetime(row.expires_ms),
        "Action": row.action,
        "Resources": resources,
    }


def _refused(message: str, reason: str) -> Conflict:
    return Conflict(message, code="HandshakeConstraintViolationException", details={"Reason": reason})
