"""Policies that are part of one user, group or role.

Sources: API_PutRolePolicy, API_GetRolePolicy, API_ListRolePolicies and API_DeleteRolePolicy below
https://docs.aws.amazon.com/IAM/latest/APIReference/, and those of users and groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.iam.documents import check_document, size_of
from windsock.services.iam.errors import LimitExceeded, NoSuchEntity
from windsock.services.iam.limits import (
    GROUP_INLINE_POLICIES_SIZE,
    ROLE_INLINE_POLICIES_SIZE,
    USER_INLINE_POLICIES_SIZE,
)
from windsock.services.iam.pages import page
from windsock.services.iam.principals import GROUP, ROLE, USER, PrincipalKind
from windsock.services.iam.rows import Rows
from windsock.services.iam.service_linked import refuse_linked
from windsock.services.iam.tables import inline_policies
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_rows = Rows(inline_policies)

_MOST_CHARACTERS: Final[Mapping[PrincipalKind, int]] = {
    USER: USER_INLINE_POLICIES_SIZE,
    GROUP: GROUP_INLINE_POLICIES_SIZE,
    ROLE: ROLE_INLINE_POLICIES_SIZE,
}


@command("PutUserPolicy")
def put_user_policy(ctx: Command, params: Params) -> Result:
    """Give a user a policy, in place of that of the same name."""
    return _put(ctx, USER, params)


@command("PutGroupPolicy")
def put_group_policy(ctx: Command, params: Params) -> Result:
    """Give a group a policy, in place of that of the same name."""
    return _put(ctx, GROUP, params)


@command("PutRolePolicy")
def put_role_policy(ctx: Command, params: Params) -> Result:
    """Give a role a policy, in place of that of the same name."""
    return _put(ctx, ROLE, params)


@query("GetUserPolicy")
def get_user_policy(ctx: Query, params: Params) -> Result:
    """An inline policy of a user."""
    return _get(ctx, USER, params)


@query("GetGroupPolicy")
def get_group_policy(ctx: Query, params: Params) -> Result:
    """An inline policy of a group."""
    return _get(ctx, GROUP, params)


@query("GetRolePolicy")
def get_role_policy(ctx: Query, params: Params) -> Result:
    """An inline policy of a role."""
    return _get(ctx, ROLE, params)


@query("ListUserPolicies")
def list_user_policies(ctx: Query, params: Params) -> Result:
    """The names of a user's inline policies."""
    return _list(ctx, USER, params)


@query("ListGroupPolicies")
def list_group_policies(ctx: Query, params: Params) -> Result:
    """The names of a group's inline policies."""
    return _list(ctx, GROUP, params)


@query("ListRolePolicies")
def list_role_policies(ctx: Query, params: Params) -> Result:
    """The names of a role's inline policies."""
    return _list(ctx, ROLE, params)


@command("DeleteUserPolicy")
def delete_user_policy(ctx: Command, params: Params) -> Result:
    """Take an inline policy from a user."""
    return _delete(ctx, USER, params)


@command("DeleteGroupPolicy")
def delete_group_policy(ctx: Command, params: Params) -> Result:
    """Take an inline policy from a group."""
    return _delete(ctx, GROUP, params)


@command("DeleteRolePolicy")
def delete_role_policy(ctx: Command, params: Params) -> Result:
    """Take an inline policy from a role."""
    return _delete(ctx, ROLE, params)


def inline_policies_of(at: Reading, owner: Row) -> list[Row]:
    """The inline policies of a user, group or role, by name."""
    return _rows.all(at, owner=owner.id)


def _put(ctx: Command, kind: PrincipalKind, params: Params) -> Result:
    owner = kind.of(ctx, params)
    refuse_linked(owner)
    name, document = params["PolicyName"], params["PolicyDocument"]
    check_document(document, "identity")
    others = [row for row in inline_policies_of(ctx, owner) if row.key != name.lower()]
    size = size_of(document) + sum(size_of(row.document) for row in others)
    if size > _MOST_CHARACTERS[kind]:
        raise LimitExceeded(
            f"Maximum policy size of {_MOST_CHARACTERS[kind]} bytes exceeded for {kind.word} {owner.name}"
        )
    _rows.delete(ctx, owner=owner.id, key=name.lower())
    _rows.insert(ctx, owner=owner.id, key=name.lower(), name=name, document=document)
    return None


def _get(ctx: Query, kind: PrincipalKind, params: Params) -> Result:
    owner, policy = _found(ctx, kind, params)
    return {
        kind.member: owner.name,
        "PolicyName": policy.name,
        "PolicyDocument": quote(policy.document, safe=""),
    }


def _list(ctx: Query, kind: PrincipalKind, params: Params) -> Result:
    found = inline_policies_of(ctx, kind.of(ctx, params))
    return page(params, "PolicyNames", found, lambda row: row.key, lambda row: row.name)


def _delete(ctx: Command, kind: PrincipalKind, params: Params) -> Result:
    owner, policy = _found(ctx, kind, params)
    refuse_linked(owner)
    _rows.delete(ctx, owner=owner.id, key=policy.key)
    return None


def _found(at: Reading, kind: PrincipalKind, params: Params) -> tuple[Row, Row]:
    owner = kind.of(at, params)
    policy = _rows.find(at, owner=owner.id, key=params["PolicyName"].lower())
    if policy is None:
        raise NoSuchEntity(f"The {kind.word} policy with name {params['PolicyName']} cannot be found.")
    return owner, policy
