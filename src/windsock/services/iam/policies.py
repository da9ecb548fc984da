"""Managed policies: made, told, listed and deleted.

Sources: API_CreatePolicy, API_GetPolicy, API_ListPolicies and API_DeletePolicy below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import NO_TAGS, tag_list
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.iam import attached_policies
from windsock.services.iam.aws_managed import AwsPolicy, aws_policies
from windsock.services.iam.documents import check_managed
from windsock.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
    invalid_arn,
)
from windsock.services.iam.limits import POLICIES
from windsock.services.iam.managed_policies import (
    aws_policy_named,
    find_policy,
    is_policy_arn,
    policy_arn,
    policy_rows,
    version_rows,
)
from windsock.services.iam.names import path_of, unique_id
from windsock.services.iam.pages import page, under_path
from windsock.services.iam.principals import ROLE, USER
from windsock.services.iam.tag_sets import new_tags
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row


class ManagedPolicy(NamedTuple):
    """A managed policy, whoever manages it; instants are milliseconds."""

    arn: str
    name: str
    id: str
    path: str
    description: str | None
    default_version: int
    attachable: bool
    tags: str
    created_ms: int
    updated_ms: int


@command("CreatePolicy")
def create_policy(ctx: Command, params: Params) -> Result:
    """Make a policy, whose document is its version 1."""
    name, path, tags = params["PolicyName"], path_of(params), new_tags(params)
    check_managed(params["PolicyDocument"])
    if policy_rows.find(ctx, key=name.lower()) is not None:
        raise EntityAlreadyExists(f"A policy called {name} already exists. Duplicate names are not allowed.")
    if policy_rows.count(ctx) >= POLICIES:
        raise LimitExceeded.of("CustomerManagedPoliciesPerAccount", POLICIES)
    policy_id = unique_id("ANPA")
    policy_rows.insert(
        ctx,
        key=name.lower(),
        name=name,
        id=policy_id,
        path=path,
        description=params.get("Description"),
        default_version=1,
        last_version=1,
        tags=tags,
        created_ms=ctx.now_ms,
        updated_ms=ctx.now_ms,
    )
    version_rows.insert(
        ctx, policy=policy_id, version=1, document=params["PolicyDocument"], created_ms=ctx.now_ms
    )
    arn = ctx.scope.of_account.arn("iam", f"policy{path}{name}")
    created = policy_of(ctx, arn)
    return {"Policy": {**listed(ctx, created), **_tags(created)}}


@query("GetPolicy")
def get_policy(ctx: Query, params: Params) -> Result:
    """A managed policy, its documents left out."""
    policy = policy_of(ctx, params["PolicyArn"])
    described = {"Description": policy.description} if policy.description else {}
    return {"Policy": {**listed(ctx, policy), **described, "Tags": tag_list(policy.tags)}}


@query("ListPolicies")
def list_policies(ctx: Query, params: Params) -> Result:
    """The managed policies of the account, of AWS, or both; with OnlyAttached those in use."""
    found = under_path(params, policies_in(ctx, params.get("Scope") or "All"))
    usage = params.get("PolicyUsageFilter")
    if params.get("OnlyAttached"):
        found = [policy for policy in found if attached_policies.attachment_count(ctx, policy.arn)]
    if usage == "PermissionsBoundary":
        found = [policy for policy in found if boundary_count(ctx, policy.arn)]
    return page(params, "Policies", found, _place, lambda policy: listed(ctx, policy))


@command("DeletePolicy")
def delete_policy(ctx: Command, params: Params) -> Result:
    """Delete a policy of the account that is not attached and has but one version."""
    arn = params["PolicyArn"]
    row = own_policy(ctx, arn)
    if attached_policies.attachment_count(ctx, arn) or boundary_count(ctx, arn):
        raise DeleteConflict("Cannot delete a policy attached to entities.")
    if version_rows.count(ctx, policy=row.id) > 1:
        raise DeleteConflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's "
            "versions. The default version is deleted with the policy."
        )
    version_rows.delete(ctx, policy=row.id)
    policy_rows.delete(ctx, key=row.key)
    return None


def policy_of(at: Reading, arn: str) -> ManagedPolicy:
    """A managed policy by its ARN. Raises ValidationError for what is no ARN, and NoSuchEntity."""
    check_arn(arn)
    managed = aws_policy_named(arn)
    if managed is not None:
        return _of_aws(at.scope, managed)
    row = find_policy(at.tx, arn)
    if row is None or row.account != at.scope.account:
        raise NoSuchEntity(f"Policy {arn} was not found.")
    return _of_account(row)


def own_policy(at: Reading, arn: str, missing: str = "Policy {arn} was not found.") -> Row:
    """The row of a policy of the account. Raises ValidationError, and NoSuchEntity in words of `missing`."""
    check_arn(arn)
    row = find_policy(at.tx, arn)
    if row is None or row.account != at.scope.account:
        raise NoSuchEntity(missing.format(arn=arn))
    return row


def check_arn(arn: str) -> None:
    """Raises ValidationError for what is no ARN of a managed policy."""
    if not is_policy_arn(arn):
        raise invalid_arn(arn)


def policies_in(at: Reading, scope: str) -> Iterator[ManagedPolicy]:
    """The managed policies of a scope: `Local` (the account's own), `AWS` or `All`."""
    if scope != "AWS":
        yield from map(_of_account, policy_rows.all(at))
    if scope != "Local":
        for managed in aws_policies().values():
            yield _of_aws(at.scope, managed)


def boundary_count(at: Reading, arn: str) -> int:
    """How many users and roles a policy bounds."""
    return sum(kind.rows.count(at, boundary=arn) for kind in (USER, ROLE))


def listed(at: Reading, policy: ManagedPolicy) -> dict[str, Any]:
    """A policy as lists show it."""
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": f"v{policy.default_version}",
        "AttachmentCount": attached_policies.attachment_count(at, policy.arn),
        "PermissionsBoundaryUsageCount": boundary_count(at, policy.arn),
        "IsAttachable": policy.attachable,
        "CreateDate": to_datetime(policy.created_ms),
        "UpdateDate": to_datetime(policy.updated_ms),
    }


def _tags(policy: ManagedPolicy) -> Mapping[str, Any]:
    tags = tag_list(policy.tags)
    return {"Tags": tags} if tags else {}


_OF_AWS: Final = re.compile(r"arn:[^:]+:iam::aws:")


def _place(policy: ManagedPolicy) -> str:
    """The account's own come first."""
    return f"{int(_OF_AWS.match(policy.arn) is not None)}{policy.name.lower()}"


def _of_account(row: Row) -> ManagedPolicy:
    return ManagedPolicy(
        policy_arn(row),
        row.name,
        row.id,
        row.path,
        row.description,
        row.default_version,
        True,
        row.tags,
        row.created_ms,
        row.updated_ms,
    )


def _of_aws(scope: Scope, policy: AwsPolicy) -> ManagedPolicy:
    return ManagedPolicy(
        f"arn:{scope.partition}:iam::aws:{policy.resource}",
        policy.name,
        policy.id,
        policy.path,
        None,
        policy.version,
        policy.attachable,
        NO_TAGS,
        policy.created_ms,
        policy.updated_ms,
    )
