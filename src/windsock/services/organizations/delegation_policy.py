"""What the organisation's resource policy lets its members do: manage policies, and look around.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.engine.request_context import RequestContext
from windsock.engine.resource_policies import read_policy
from windsock.engine.subjects import Subjects
from windsock.languages.policies import Policies, Request, decide, parse
from windsock.services.organizations import rows
from windsock.services.organizations.aws_policies import AWS_POLICIES
from windsock.services.organizations.tree import is_root, is_unit

if TYPE_CHECKING:
    from windsock.engine.operations import Command, Query
    from windsock.services.organizations.standing import Organization

# What a member can be let do; besides, everything that only looks.
_DELEGABLE: Final = frozenset(
    {
        "organizations:AttachPolicy",
        "organizations:CreatePolicy",
        "organizations:DeletePolicy",
        "organizations:DetachPolicy",
        "organizations:DisablePolicyType",
        "organizations:EnablePolicyType",
        "organizations:TagResource",
        "organizations:UntagResource",
        "organizations:UpdatePolicy",
    }
)
_LOOKING: Final = ("organizations:Describe", "organizations:List")
# The parameters that name something, and those that name a type of policy.
_NAMING: Final = (
    "AccountId",
    "OrganizationalUnitId",
    "ParentId",
    "PolicyId",
    "ResourceId",
    "RootId",
    "TargetId",
)
_TYPES: Final = ("Filter", "PolicyType", "Type")
# The caller's own policies are for the chain to ask.
_WHATEVER: Final = parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)


def can_be_delegated(action: str) -> bool:
    """Whether a resource policy may speak of an action."""
    return action in _DELEGABLE or action.startswith(_LOOKING)


def is_delegated(ctx: Query | Command, organization: Organization) -> bool:
    """Whether the resource policy lets the caller do what it asks for, on all that the call names."""
    text, action = organization.row.policy, f"organizations:{ctx.call.operation}"
    policy = None if text is None else read_policy(text, organization.arn("resourcepolicy"))
    if policy is None:
        return False
    principal = ctx.engine.part(Subjects).of(ctx.call.caller, ctx.scope.region).principal
    params = ctx.call.params
    types = [params[name] for name in _TYPES if name in params]
    keys = {**RequestContext(ctx.engine, ctx.call)}
    if types:
        keys["organizations:PolicyType"] = types[0]
    policies = Policies(identity=[_WHATEVER], resource=policy)
    return all(
        decide(Request(principal, action, resource, keys, organization.management), policies).allowed
        for resource in [*_resources(organization, params)] or ["*"]
    )


def _resources(organization: Organization, params: Mapping[str, Any]) -> Iterator[str]:
    for name in _NAMING:
        if name in params:
            yield _arn(organization, params[name])


def _arn(organization: Organization, target: str) -> str:
    if is_root(target):
        return organization.arn("root", target)
    if is_unit(target):
        return organization.arn("ou", target)
    if target in AWS_POLICIES:
        return f"arn:aws:organizations::aws:policy/{AWS_POLICIES[target].type.lower()}/{target}"
    policy = rows.policies.find(organization.at, id=target)
    if policy is not None:
        return organization.arn("policy", policy.type.lower(), target)
    return organization.arn("account", target)
