"""Which policies are attached to what.

Sources: API_AttachPolicy and the pages of the other operations beside it below
https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.organizations import rows
from windsock.services.organizations.aws_policies import DEFAULT_POLICIES
from windsock.services.organizations.errors import Conflict, ConstraintViolation, InvalidInput, not_found
from windsock.services.organizations.limits import ATTACHED_POLICIES, ATTACHED_POLICIES_OTHERWISE
from windsock.services.organizations.pages import page
from windsock.services.organizations.policies import policy_named, summary
from windsock.services.organizations.policy_kinds import RESOURCE_CONTROL, SERVICE_CONTROL
from windsock.services.organizations.policy_types import check_enabled
from windsock.services.organizations.standing import Organization, looked_at, managed
from windsock.services.organizations.tree import is_root, is_there, is_unit
from windsock.store.statements import Row


@command("AttachPolicy")
def attach_policy(ctx: Command, params: Params) -> Result:
    """Attach a policy to the root, a unit or an account."""
    organization, place = managed(ctx)
    policy, target = policy_named(place, params["PolicyId"]), params["TargetId"]
    if not is_there(place, target):
        raise not_found("Target")
    check_enabled(organization, policy.type)
    attached = rows.attachments.all(place, target=target, type=policy.type)
    if any(each.policy == policy.id for each in attached):
        raise Conflict(
            "The selected policy is already attached to the specified target.",
            code="DuplicatePolicyAttachmentException",
        )
    if len(attached) >= ATTACHED_POLICIES.get(policy.type, ATTACHED_POLICIES_OTHERWISE):
        raise ConstraintViolation(
            "You have attached the maximum number of policies to the specified target.",
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
        )
    rows.attachments.insert(place, target=target, policy=policy.id, type=policy.type, attached_ms=ctx.now_ms)
    return None


@command("DetachPolicy")
def detach_policy(ctx: Command, params: Params) -> Result:
    """Detach a policy; one service control policy must stay."""
    organization, place = managed(ctx)
    policy, target = policy_named(place, params["PolicyId"]), params["TargetId"]
    if not is_there(place, target):
        raise not_found("Target")
    check_enabled(organization, policy.type)
    attached = rows.attachments.all(place, target=target, type=policy.type)
    if not any(each.policy == policy.id for each in attached):
        raise Conflict(
            "The policy isn't attached to the specified target in the specified root.",
            code="PolicyNotAttachedException",
        )
    if policy.type == RESOURCE_CONTROL and policy.id == DEFAULT_POLICIES[RESOURCE_CONTROL]:
        raise InvalidInput("You can't detach this policy.", "NON_DETACHABLE_POLICY")
    if policy.type == SERVICE_CONTROL and len(attached) == 1:
        raise ConstraintViolation(
            "You cannot remove the last policy attached to the specified target. You must have at least one "
            "attached at all times.",
            "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
        )
    rows.attachments.delete(place, target=target, policy=policy.id)
    return None


@query("ListPoliciesForTarget")
def list_policies_for_target(ctx: Query, params: Params) -> Result:
    """The policies of a type that are attached right to something."""
    organization, target = looked_at(ctx), params["TargetId"]
    if not is_there(organization.at, target):
        raise not_found("Target")
    attached = rows.attachments.all(organization.at, target=target, type=params["Filter"])
    found = [policy_named(organization.at, each.policy) for each in attached]
    return page(params, "Policies", found, lambda each: each.id, lambda each: summary(organization, each))


@query("ListTargetsForPolicy")
def list_targets_for_policy(ctx: Query, params: Params) -> Result:
    """What a policy is attached to."""
    organization = looked_at(ctx)
    policy = policy_named(organization.at, params["PolicyId"])
    attached = rows.attachments.all(organization.at, policy=policy.id)
    return page(params, "Targets", attached, lambda row: row.target, lambda row: _target(organization, row))


def _target(organization: Organization, row: Row) -> dict[str, Any]:
    target: str = row.target
    if is_root(target):
        kind, word, name = "ROOT", "root", "Root"
    elif is_unit(target):
        kind, word = "ORGANIZATIONAL_UNIT", "ou"
        name = rows.units.existing(organization.at, id=target).name
    else:
        kind, word = "ACCOUNT", "account"
        name = rows.members.existing(organization.at, member=target).name
    return {"TargetId": target, "Arn": organization.arn(word, target), "Name": name, "Type": kind}
