"""Organisations: created, described, deleted, and given all features.

Sources: API_CreateOrganization and the pages of the other operations beside it below
https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.organizations import Membership, Organizations
from windsock.services.organizations import rows
from windsock.services.organizations.errors import Conflict
from windsock.services.organizations.ids import new_id
from windsock.services.organizations.members import add_member, end_membership, mail_of
from windsock.services.organizations.policy_kinds import ALL_FEATURES, SERVICE_CONTROL
from windsock.services.organizations.policy_types import attach_defaults
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import Organization, managed, own


@command("CreateOrganization")
def create_organization(ctx: Command, params: Params) -> Result:
    """An organisation that the account which asks manages."""
    if ctx.engine.part(Organizations).of(ctx.scope.account) is not None:
        raise Conflict(
            "The provided account is already a member of an organization.",
            code="AlreadyInOrganizationException",
        )
    place = Place(ctx.engine, ctx.tx, ctx.scope)
    return {"Organization": _shown(found(place, params.get("FeatureSet", ALL_FEATURES)))}


@query("DescribeOrganization")
def describe_organization(ctx: Query, params: Params) -> Result:
    """The organisation of the caller's account."""
    return {"Organization": _shown(own(ctx))}


@command("DeleteOrganization")
def delete_organization(ctx: Command, params: Params) -> Result:
    """Delete an organisation that has no members left but the management account."""
    organization, place = managed(ctx)
    if rows.members.count(place) > 1:
        raise Conflict(
            "To delete an organization you must first remove all member accounts (except the master).",
            code="OrganizationNotEmptyException",
        )
    end_membership(place, organization.management)
    for table in (
        rows.organizations,
        rows.units,
        rows.policies,
        rows.attachments,
        rows.handshakes,
        rows.account_requests,
        rows.service_access,
        rows.delegations,
        rows.tags,
    ):
        table.delete(place)
    return None


def found(place: Place, features: str) -> Organization:
    """Found an organisation in an account that is in none, with service control policies enabled."""
    now_ms = place.engine.clock.now_ms()
    enabled = [SERVICE_CONTROL] if features == ALL_FEATURES else []
    rows.organizations.insert(
        place,
        id=new_id("o", 10),
        root=new_id("r", 4),
        features=features,
        policy_types=orjson.dumps(enabled).decode(),
        created_ms=now_ms,
    )
    organization = Organization(place, rows.organizations.existing(place))
    attach_defaults(place, organization.row.root)
    membership = Membership(organization.row.id, organization.management)
    account = place.scope.account
    add_member(place, membership, account, name="management", email=mail_of(account), joined="INVITED")
    return organization


def _shown(organization: Organization) -> dict[str, Any]:
    management = organization.management
    member = rows.members.existing(organization.at, member=management)
    has_all = organization.row.features == ALL_FEATURES
    return {
        "Id": organization.row.id,
        "Arn": organization.arn("organization"),
        "FeatureSet": organization.row.features,
        "MasterAccountArn": organization.arn("account", management),
        "MasterAccountId": management,
        "MasterAccountEmail": member.email,
        "AvailablePolicyTypes": [{"Type": SERVICE_CONTROL, "Status": "ENABLED"}] if has_all else [],
    }
