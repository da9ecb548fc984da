"""Permissions boundaries of users and roles: managed policies that bound what all others grant.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command
from windsock.services.iam.errors import InvalidInput, NoSuchEntity
from windsock.services.iam.managed_policies import is_attachable, is_policy_arn
from windsock.services.iam.principals import ROLE, USER, PrincipalKind
from windsock.services.iam.service_linked import refuse_linked
from windsock.store.statements import Row


@command("PutUserPermissionsBoundary")
def put_user_permissions_boundary(ctx: Command, params: Params) -> Result:
    """Bound a user."""
    return _put(ctx, USER, params)


@command("PutRolePermissionsBoundary")
def put_role_permissions_boundary(ctx: Command, params: Params) -> Result:
    """Bound a role."""
    return _put(ctx, ROLE, params)


@command("DeleteUserPermissionsBoundary")
def delete_user_permissions_boundary(ctx: Command, params: Params) -> Result:
    """Let a user's policies grant all that they say. Raises NoSuchEntity where there is no boundary."""
    return _delete(ctx, USER, params)


@command("DeleteRolePermissionsBoundary")
def delete_role_permissions_boundary(ctx: Command, params: Params) -> Result:
    """Let a role's policies grant all that they say. Raises NoSuchEntity where there is no boundary."""
    return _delete(ctx, ROLE, params)


def checked(ctx: Command | Query, params: Params) -> str | None:
    """The PermissionsBoundary of a call, if it has one. Raises InvalidInput and NoSuchEntity."""
    arn: str | None = params.get("PermissionsBoundary")
    if arn is None:
        return None
    if not is_policy_arn(arn):
        raise InvalidInput(f"ARN {arn} is not valid.")
    if not is_attachable(ctx, arn):
        raise NoSuchEntity(f"Scope ARN: {arn} does not exist or is not attachable.")
    return arn


def shown(row: Row) -> dict[str, Any]:
    """`PermissionsBoundary` of a user or role in an answer, if it has one."""
    if row.boundary is None:
        return {}
    return {
        "PermissionsBoundary": {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": row.boundary,
        }
    }


def _put(ctx: Command, kind: PrincipalKind, params: Params) -> Result:
    row = kind.of(ctx, params)
    refuse_linked(row)
    kind.rows.update(ctx, {"key": row.key}, boundary=checked(ctx, params))
    return None


def _delete(ctx: Command, kind: PrincipalKind, params: Params) -> Result:
    row = kind.of(ctx, params)
    refuse_linked(row)
    if row.boundary is None:
        raise NoSuchEntity(f"The {kind.word} with name {row.name} has no permissions boundary.")
    kind.rows.update(ctx, {"key": row.key}, boundary=None)
    return None
