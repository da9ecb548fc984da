"""Roles, and their trust policies.

Sources: API_CreateRole, API_GetRole, API_ListRoles, API_UpdateRole, API_UpdateRoleDescription,
API_UpdateAssumeRolePolicy and API_DeleteRole below https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list
from windsock.kernel.clock import to_datetime
from windsock.services.iam import boundaries, deletion
from windsock.services.iam.documents import check_trust
from windsock.services.iam.errors import LimitExceeded
from windsock.services.iam.last_uses import LastUses
from windsock.services.iam.limits import DEFAULT_SESSION_SECONDS, ROLES
from windsock.services.iam.names import path_of, unique_id
from windsock.services.iam.pages import page, under_path
from windsock.services.iam.principals import ROLE
from windsock.services.iam.service_linked import refuse_linked
from windsock.services.iam.tag_sets import new_tags
from windsock.store.statements import Row


@command("CreateRole")
def create_role(ctx: Command, params: Params) -> Result:
    """Make a role, which those that its trust policy names may assume."""
    path, tags = path_of(params), new_tags(params, any_case=True)
    check_trust(params["AssumeRolePolicyDocument"])
    role = insert_role(
        ctx,
        params["RoleName"],
        path=path,
        description=params.get("Description"),
        trust=params["AssumeRolePolicyDocument"],
        max_session_seconds=params.get("MaxSessionDuration", DEFAULT_SESSION_SECONDS),
        boundary=boundaries.checked(ctx, params),
        tags=tags,
    )
    return {"Role": as_created(role)}


@query("GetRole")
def get_role(ctx: Query, params: Params) -> Result:
    """A role."""
    role = ROLE.of(ctx, params)
    used = {"RoleLastUsed": last_used(ctx, role)}
    return {"Role": {**listed(role), **boundaries.shown(role), **_tags(role), **used}}


@query("ListRoles")
def list_roles(ctx: Query, params: Params) -> Result:
    """The roles below a path."""
    found = under_path(params, ROLE.rows.all(ctx))
    return page(params, "Roles", found, lambda row: row.key, listed)


@command("UpdateRole")
def update_role(ctx: Command, params: Params) -> Result:
    """Change a role's description, its longest session, or both."""
    role = ROLE.of(ctx, params)
    refuse_linked(role)
    ROLE.rows.update(
        ctx,
        {"key": role.key},
        description=params.get("Description", role.description),
        max_session_seconds=params.get("MaxSessionDuration", role.max_session_seconds),
    )
    return {}


@command("UpdateRoleDescription")
def update_role_description(ctx: Command, params: Params) -> Result:
    """Change a role's description; a service-linked role has one too."""
    role = ROLE.of(ctx, params)
    ROLE.rows.update(ctx, {"key": role.key}, description=params["Description"])
    return {"Role": as_created(ROLE.of(ctx, params))}


@command("UpdateAssumeRolePolicy")
def update_assume_role_policy(ctx: Command, params: Params) -> Result:
    """Say anew who may assume a role."""
    role = ROLE.of(ctx, params)
    refuse_linked(role)
    check_trust(params["PolicyDocument"])
    ROLE.rows.update(ctx, {"key": role.key}, trust=params["PolicyDocument"])
    return None


@command("DeleteRole")
def delete_role(ctx: Command, params: Params) -> Result:
    """Delete a role without policies and instance profiles. Raises DeleteConflict."""
    role = ROLE.of(ctx, params)
    refuse_linked(role)
    deletion.refuse_used_role(ctx, role)
    ROLE.rows.delete(ctx, key=role.key)
    return None


def insert_role(ctx: Command, name: str, **values: Any) -> Row:
    """Add the row of a role. Raises EntityAlreadyExists and LimitExceeded."""
    ROLE.refuse_taken(ctx, name)
    if ROLE.rows.count(ctx) >= ROLES:
        raise LimitExceeded.of("RolesPerAccount", ROLES)
    ROLE.rows.insert(
        ctx, key=name.lower(), name=name, id=unique_id(ROLE.prefix), created_ms=ctx.now_ms, **values
    )
    return ROLE.named(ctx, name)


def nested(role: Row) -> dict[str, Any]:
    """A role as instance profiles show it."""
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": ROLE.arn(role),
        "CreateDate": to_datetime(role.created_ms),
        "AssumeRolePolicyDocument": quote(role.trust, safe=""),
    }


def as_created(role: Row) -> dict[str, Any]:
    """A role as operations that change it answer it."""
    described = {"Description": role.description} if role.description else {}
    return {**nested(role), **described, **boundaries.shown(role), **_tags(role)}


def listed(role: Row) -> dict[str, Any]:
    """A role as lists show it."""
    described = {"Description": role.description} if role.description else {}
    return {**nested(role), **described, "MaxSessionDuration": role.max_session_seconds}


def _tags(role: Row) -> dict[str, Any]:
    tags = tag_list(role.tags)
    return {"Tags": tags} if tags else {}


def last_used(ctx: Query, role: Row) -> dict[str, Any]:
    """`RoleLastUsed` of a role; empty until it was used."""
    use = ctx.engine.part(LastUses).of(role.id)
    at_ms, region = (use.at_ms, use.region) if use is not None else (role.used_ms, role.used_region)
    return {} if at_ms is None else {"LastUsedDate": to_datetime(at_ms), "Region": region}
