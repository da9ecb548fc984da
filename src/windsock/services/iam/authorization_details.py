"""All of the account's users, groups, roles and policies at once, with how they hang together.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.tag_sets import tag_list
from windsock.kernel.clock import to_datetime
from windsock.services.iam import (
    attached_policies,
    boundaries,
    groups,
    instance_profiles,
    policies,
    roles,
    users,
)
from windsock.services.iam.inline_policies import inline_policies_of
from windsock.services.iam.managed_policies import aws_policy_named, version_rows
from windsock.services.iam.membership_rows import groups_of
from windsock.services.iam.pages import page
from windsock.services.iam.policies import ManagedPolicy
from windsock.services.iam.principals import GROUP, ROLE, USER
from windsock.store.statements import Row


class _Entity(NamedTuple):
    """One thing to tell: `member` is the list it is told in, `place` sorts it among all."""

    member: str
    place: str
    show: Callable[[], dict[str, Any]]


@query("GetAccountAuthorizationDetails")
def get_account_authorization_details(ctx: Query, params: Params) -> Result:
    """Whatever the Filter names, or all; policies of AWS as far as they are attached."""
    wanted = params.get("Filter") or tuple(_KINDS)
    entities = [entity for name in _KINDS if name in wanted for entity in _KINDS[name](ctx)]
    paged = page(params, "Entities", entities, lambda entity: entity.place, lambda entity: entity)
    answer: dict[str, Any] = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    }
    for entity in paged.pop("Entities"):
        answer[entity.member].append(entity.show())
    return {**answer, **paged}


def _users(ctx: Query) -> Iterator[_Entity]:
    for row in USER.rows.all(ctx):
        yield _Entity("UserDetailList", f"1{row.key}", partial(_user, ctx, row))


def _groups(ctx: Query) -> Iterator[_Entity]:
    for row in GROUP.rows.all(ctx):
        yield _Entity("GroupDetailList", f"2{row.key}", partial(_group, ctx, row))


def _roles(ctx: Query) -> Iterator[_Entity]:
    for row in ROLE.rows.all(ctx):
        yield _Entity("RoleDetailList", f"3{row.key}", partial(_role, ctx, row))


def _own_policies(ctx: Query) -> Iterator[_Entity]:
    for policy in policies.policies_in(ctx, "Local"):
        yield _Entity("Policies", f"4{policy.name.lower()}", partial(_policy, ctx, policy))


def _aws_policies(ctx: Query) -> Iterator[_Entity]:
    for policy in policies.policies_in(ctx, "AWS"):
        if attached_policies.attachment_count(ctx, policy.arn):
            yield _Entity("Policies", f"5{policy.name.lower()}", partial(_policy, ctx, policy))


_KINDS: Final = {
    "User": _users,
    "Group": _groups,
    "Role": _roles,
    "LocalManagedPolicy": _own_policies,
    "AWSManagedPolicy": _aws_policies,
}


def _user(ctx: Query, row: Row) -> dict[str, Any]:
    return {
        **users.listed(row),
        **boundaries.shown(row),
        "UserPolicyList": _inline(ctx, row),
        "GroupList": sorted(group.name for group in groups_of(ctx, row)),
        "AttachedManagedPolicies": _attached(ctx, row),
        "Tags": tag_list(row.tags),
    }


def _group(ctx: Query, row: Row) -> dict[str, Any]:
    return {
        **groups.shown(row),
        "GroupPolicyList": _inline(ctx, row),
        "AttachedManagedPolicies": _attached(ctx, row),
    }


def _role(ctx: Query, row: Row) -> dict[str, Any]:
    profiles = instance_profiles.rows.all(ctx, role=row.id)
    return {
        **roles.nested(row),
        **boundaries.shown(row),
        "InstanceProfileList": [instance_profiles.shown(ctx, profile) for profile in profiles],
        "RolePolicyList": _inline(ctx, row),
        "AttachedManagedPolicies": _attached(ctx, row),
        "RoleLastUsed": roles.last_used(ctx, row),
        "Tags": tag_list(row.tags),
    }


def _policy(ctx: Query, policy: ManagedPolicy) -> dict[str, Any]:
    described = {"Description": policy.description} if policy.description else {}
    return {**policies.listed(ctx, policy), **described, "PolicyVersionList": _versions(ctx, policy)}


def _versions(ctx: Query, policy: ManagedPolicy) -> list[dict[str, Any]]:
    managed = aws_policy_named(policy.arn)
    if managed is not None:
        versions = [(managed.version, managed.document, managed.updated_ms)]
    else:
        rows = version_rows.all(ctx, policy=policy.id)
        versions = [(row.version, row.document, row.created_ms) for row in reversed(rows)]
    return [
        {
            "Document": quote(document, safe=""),
            "VersionId": f"v{version}",
            "IsDefaultVersion": version == policy.default_version,
            "CreateDate": to_datetime(created_ms),
        }
        for version, document, created_ms in versions
    ]


def _inline(ctx: Query, owner: Row) -> list[dict[str, str]]:
    return [
        {"PolicyName": row.name, "PolicyDocument": quote(row.document, safe="")}
        for row in inline_policies_of(ctx, owner)
    ]


def _attached(ctx: Query, owner: Row) -> list[dict[str, Any]]:
    return [attached_policies.shown(arn) for arn in attached_policies.attached_to(ctx, owner)]
