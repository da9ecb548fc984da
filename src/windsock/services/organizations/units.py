"""Organisational units.

Sources: API_CreateOrganizationalUnit and the pages of the other operations beside it below
https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.organizations import rows
from windsock.services.organizations.errors import Conflict, ConstraintViolation, InvalidInput, not_found
from windsock.services.organizations.ids import new_id
from windsock.services.organizations.limits import UNIT_DEPTH, UNITS
from windsock.services.organizations.pages import page
from windsock.services.organizations.policy_types import attach_defaults
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import Organization, looked_at, managed
from windsock.services.organizations.tag_rules import new_tags
from windsock.services.organizations.tags import put_tags
from windsock.services.organizations.tree import is_root, parent_is_there, path_to
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row


@command("CreateOrganizationalUnit")
def create_organizational_unit(ctx: Command, params: Params) -> Result:
    """A unit below the root or another unit."""
    organization, place = managed(ctx)
    parent, name, tags = params["ParentId"], params["Name"], new_tags(params)
    if not parent_is_there(place, parent):
        raise not_found("Parent")
    if len(path_to(place, parent)) > UNIT_DEPTH:
        raise ConstraintViolation(
            "You cannot add an organizational unit to the specified parent because it would exceed the max "
            "depth allowed.",
            "OU_DEPTH_LIMIT_EXCEEDED",
        )
    if rows.units.count(place) >= UNITS:
        raise ConstraintViolation(
            "You have exceeded the number of organizational units allowed.", "OU_NUMBER_LIMIT_EXCEEDED"
        )
    _refuse_duplicate(place, parent, name)
    unit = new_id(f"ou-{organization.row.root.removeprefix('r-')}", 8)
    rows.units.insert(place, id=unit, parent=parent, name=name, created_ms=ctx.now_ms)
    put_tags(place, unit, tags)
    attach_defaults(place, unit)
    return {"OrganizationalUnit": _shown(organization, rows.units.existing(place, id=unit))}


@command("UpdateOrganizationalUnit")
def update_organizational_unit(ctx: Command, params: Params) -> Result:
    """Rename a unit."""
    organization, place = managed(ctx)
    unit, name = _named(place, params["OrganizationalUnitId"]), params.get("Name")
    if name is not None and name != unit.name:
        _refuse_duplicate(place, unit.parent, name)
        rows.units.update(place, {"id": unit.id}, name=name)
    return {"OrganizationalUnit": _shown(organization, rows.units.existing(place, id=unit.id))}


@command("DeleteOrganizationalUnit")
def delete_organizational_unit(ctx: Command, params: Params) -> Result:
    """Delete a unit that nothing is in."""
    _, place = managed(ctx)
    unit = _named(place, params["OrganizationalUnitId"]).id
    if rows.units.count(place, parent=unit) or rows.members.count(place, parent=unit):
        raise Conflict(
            "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all "
            "child OUs, and try the operation again.",
            code="OrganizationalUnitNotEmptyException",
        )
    rows.units.delete(place, id=unit)
    rows.attachments.delete(place, target=unit)
    rows.tags.delete(place, resource=unit)
    return None


@query("DescribeOrganizationalUnit")
def describe_organizational_unit(ctx: Query, params: Params) -> Result:
    """One unit."""
    organization = looked_at(ctx)
    unit = _named(organization.at, params["OrganizationalUnitId"])
    return {"OrganizationalUnit": _shown(organization, unit)}


@query("ListOrganizationalUnitsForParent")
def list_organizational_units_for_parent(ctx: Query, params: Params) -> Result:
    """The units right below the root or a unit."""
    organization, parent = looked_at(ctx), params["ParentId"]
    if not parent_is_there(organization.at, parent):
        raise not_found("Parent")
    units = rows.units.all(organization.at, parent=parent)
    return page(
        params, "OrganizationalUnits", units, lambda row: row.id, lambda row: _shown(organization, row)
    )


@query("ListParents")
def list_parents(ctx: Query, params: Params) -> Result:
    """The root or unit that an account or unit is right below."""
    at, child = looked_at(ctx).at, params["ChildId"]
    row = rows.units.find(at, id=child) or rows.members.find(at, member=child)
    if row is None:
        raise not_found("Child")
    kind = "ROOT" if is_root(row.parent) else "ORGANIZATIONAL_UNIT"
    return {"Parents": [{"Id": row.parent, "Type": kind}]}


@query("ListChildren")
def list_children(ctx: Query, params: Params) -> Result:
    """The accounts, or the units, right below the root or a unit."""
    at, parent, kind = looked_at(ctx).at, params["ParentId"], params["ChildType"]
    if not parent_is_there(at, parent):
        raise not_found("Parent")
    if kind == "ACCOUNT":
        ids = [row.member for row in rows.members.all(at, parent=parent)]
    else:
        ids = [row.id for row in rows.units.all(at, parent=parent)]
    return page(params, "Children", ids, lambda each: each, lambda each: {"Id": each, "Type": kind})


def _named(at: Reading, unit: str) -> Row:
    row = rows.units.find(at, id=unit)
    if row is None:
        raise not_found("OrganizationalUnit")
    return row


def _refuse_duplicate(place: Place, parent: str, name: str) -> None:
    if not name:
        raise InvalidInput("You must provide a name.", "INPUT_REQUIRED")
    if rows.units.find(place, parent=parent, name=name) is not None:
        raise Conflict(
            "An OU with the same name already exists.", code="DuplicateOrganizationalUnitException"
        )


def _shown(organization: Organization, row: Row) -> dict[str, Any]:
    path = [organization.row.id, *path_to(organization.at, row.id), ""]
    return {
        "Id": row.id,
        "Arn": organization.arn("ou", row.id),
        "Name": row.name,
        "Path": "/".join(path),
    }
