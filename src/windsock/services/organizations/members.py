"""Accounts that come into an organisation and go out of it."""

from __future__ import annotations

from windsock.engine.organizations import Membership, Organizations
from windsock.services.organizations import rows
from windsock.services.organizations.errors import Conflict, ConstraintViolation, not_found
from windsock.services.organizations.limits import ACCOUNTS
from windsock.services.organizations.policy_types import attach_defaults
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import Organization
from windsock.store.statements import Row


def mail_of(account: str) -> str:
    """The address of an account that was given none."""
    return f"{account}@windsock.invalid"


def check_room(place: Place) -> None:
    """Raises ConstraintViolation for an organisation that can have no more accounts."""
    if rows.members.count(place) >= ACCOUNTS:
        raise ConstraintViolation(
            "You have exceeded the allowed number of AWS accounts.", "ACCOUNT_NUMBER_LIMIT_EXCEEDED"
        )


def add_member(
    place: Place, membership: Membership, account: str, *, name: str, email: str, joined: str
) -> None:
    """An account comes in, below the root."""
    rows.members.insert(
        place,
        member=account,
        parent=rows.organizations.existing(place).root,
        name=name,
        email=email,
        joined=joined,
        status="ACTIVE",
        joined_ms=place.engine.clock.now_ms(),
    )
    attach_defaults(place, account)
    place.engine.part(Organizations).join(place.tx, account, membership)


def remove_member(organization: Organization, place: Place, account: str) -> None:
    """An account goes out. Raises MasterCannotLeaveOrganizationException and ConstraintViolation."""
    if account == organization.management:
        raise Conflict(
            "You can't remove a management account from an organization. If you want the management account "
            "to become a member account in another organization, you must first delete the current "
            "organization of the management account.",
            code="MasterCannotLeaveOrganizationException",
        )
    if rows.delegations.count(place, member=account):
        raise ConstraintViolation(
            "You attempted to remove an account that is registered as a delegated administrator for a "
            "service integrated with your organization. To complete this operation, you must first "
            "deregister this account as a delegated administrator.",
            "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
        )
    end_membership(place, account)


def end_membership(place: Place, account: str) -> None:
    """Forget an account's place, policies and tags in its organisation."""
    rows.members.delete(place, member=account)
    rows.attachments.delete(place, target=account)
    rows.tags.delete(place, resource=account)
    place.engine.part(Organizations).leave(place.tx, account)


def member_named(organization: Organization, account: str) -> Row:
    """A member. Raises AccountNotFoundException."""
    row = rows.members.find(organization.at, member=account)
    if row is None:
        raise not_found("Account")
    return row
