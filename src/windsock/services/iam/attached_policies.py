"""Managed policies attached to users, groups and roles.

Sources: API_AttachRolePolicy, API_DetachRolePolicy, API_ListAttachedRolePolicies and
API_ListEntitiesForPolicy below https://docs.aws.amazon.com/IAM/latest/APIReference/, and those of users and
groups.
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.iam.errors import LimitExceeded, NoSuchEntity, invalid_arn
from windsock.services.iam.limits import ATTACHED_POLICIES
from windsock.services.iam.managed_policies import is_attachable, is_policy_arn
from windsock.services.iam.pages import page
from windsock.services.iam.principals import GROUP, ROLE, USER, PrincipalKind
from windsock.services.iam.rows import Rows
from windsock.services.iam.service_linked import refuse_linked
from windsock.services.iam.tables import attachments
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_rows = Rows(attachments)


@command("AttachUserPolicy")
def attach_user_policy(ctx: Command, params: Params) -> Result:
    """Attach a managed policy to a user; one that is attached stays so."""
    return _attach(ctx, USER, params)


@command("AttachGroupPolicy")
def attach_group_policy(ctx: Command, params: Params) -> Result:
    """Attach a managed policy to a group; one that is attached stays so."""
    return _attach(ctx, GROUP, params)


@command("AttachRolePolicy")
def attach_role_policy(ctx: Command, params: Params) -> Result:
    """Attach a managed policy to a role; one that is attached stays so."""
    return _attach(ctx, ROLE, params)


@command("DetachUserPolicy")
def detach_user_policy(ctx: Command, params: Params) -> Result:
    """Detach a managed policy from a user."""
    return _detach(ctx, USER, params)


@command("DetachGroupPolicy")
def detach_group_policy(ctx: Command, params: Params) -> Result:
    """Detach a managed policy from a group."""
    return _detach(ctx, GROUP, params)


@command("DetachRolePolicy")
def detach_role_policy(ctx: Command, params: Params) -> Result:
    """Detach a managed policy from a role."""
    return _detach(ctx, ROLE, params)


@query("ListAttachedUserPolicies")
def list_attached_user_policies(ctx: Query, params: Params) -> Result:
    """The managed policies attached to a user."""
    return _list(ctx, USER, params)


@query("ListAttachedGroupPolicies")
def list_attached_group_policies(ctx: Query, params: Params) -> Result:
    """The managed policies attached to a group."""
    return _list(ctx, GROUP, params)


@query("ListAttachedRolePolicies")
def list_attached_role_policies(ctx: Query, params: Params) -> Result:
    """The managed policies attached to a role."""
    return _list(ctx, ROLE, params)


def attach(ctx: Command, owner: Row, policy_arn: str) -> None:
    """Attach a policy that is there to a user, group or role, unless it is attached."""
    if _rows.find(ctx, owner=owner.id, policy=policy_arn) is None:
        _rows.insert(ctx, owner=owner.id, policy=policy_arn)


def detach_all(ctx: Command, owner: Row) -> None:
    """Detach whatever is attached to a user, group or role."""
    _rows.delete(ctx, owner=owner.id)


def attached_to(at: Reading, owner: Row) -> list[str]:
    """The ARNs of the managed policies attached to a user, group or role."""
    return [row.policy for row in _rows.all(at, owner=owner.id)]


def owners_of(at: Reading, policy_arn: str) -> list[str]:
    """The unique ids of the users, groups and roles that a policy is attached to."""
    return [row.owner for row in _rows.all(at, policy=policy_arn)]


def attachment_count(at: Reading, policy_arn: str) -> int:
    """How often a policy is attached in the account."""
    return _rows.count(at, policy=policy_arn)


def shown(policy_arn: str) -> dict[str, Any]:
    """An attached policy as lists show it."""
    return {"PolicyName": policy_arn.rpartition("/")[2], "PolicyArn": policy_arn}


def _attach(ctx: Command, kind: PrincipalKind, params: Params) -> Result:
    arn: str = params["PolicyArn"]
    _check(arn)
    owner = kind.of(ctx, params)
    refuse_linked(owner)
    if not is_attachable(ctx, arn):
        raise NoSuchEntity(f"Policy {arn} does not exist or is not attachable.")
    attached = attached_to(ctx, owner)
    if arn not in attached and len(attached) >= ATTACHED_POLICIES:
        raise LimitExceeded.of(f"PoliciesPer{kind.word.capitalize()}", ATTACHED_POLICIES)
    attach(ctx, owner, arn)
    return None


def _detach(ctx: Command, kind: PrincipalKind, params: Params) -> Result:
    arn: str = params["PolicyArn"]
    _check(arn)
    owner = kind.of(ctx, params)
    refuse_linked(owner)
    if not _rows.delete(ctx, owner=owner.id, policy=arn):
        raise NoSuchEntity(f"Policy {arn} was not found.")
    return None


def _list(ctx: Query, kind: PrincipalKind, params: Params) -> Result:
    arns = attached_to(ctx, kind.of(ctx, params))
    prefix = params.get("PathPrefix", "/")
    found = [arn for arn in arns if arn.partition(":policy")[2].startswith(prefix)]
    return page(params, "AttachedPolicies", found, str, shown)


def _check(arn: str) -> None:
    if not is_policy_arn(arn):
        raise invalid_arn(arn)
