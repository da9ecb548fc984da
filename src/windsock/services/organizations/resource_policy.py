"""The organisation's resource policy, by which the management account lets members manage its policies.

Source: API_PutResourcePolicy below https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.languages.policies import PolicyError, parse
from windsock.services.organizations import rows
from windsock.services.organizations.delegation_policy import can_be_delegated
from windsock.services.organizations.errors import InvalidInput, not_found
from windsock.services.organizations.ids import new_id
from windsock.services.organizations.standing import Organization, looked_at, managed
from windsock.services.organizations.tag_rules import new_tags
from windsock.services.organizations.tags import put_tags


@command("PutResourcePolicy")
def put_resource_policy(ctx: Command, params: Params) -> Result:
    """Set it, in place of the one that is there."""
    organization, place = managed(ctx)
    _check(params["Content"])
    policy, is_new = organization.row.policy_id or new_id("rp", 8), organization.row.policy_id is None
    tags = new_tags(params)
    rows.organizations.update(place, {}, policy=params["Content"], policy_id=policy)
    if is_new:
        put_tags(place, policy, tags)
    return {"ResourcePolicy": _shown(organization, policy, params["Content"])}


@query("DescribeResourcePolicy")
def describe_resource_policy(ctx: Query, params: Params) -> Result:
    """The resource policy."""
    organization = looked_at(ctx)
    if organization.row.policy_id is None:
        raise not_found("ResourcePolicy")
    shown = _shown(organization, organization.row.policy_id, organization.row.policy)
    return {"ResourcePolicy": shown}


@command("DeleteResourcePolicy")
def delete_resource_policy(ctx: Command, params: Params) -> Result:
    """Delete it."""
    organization, place = managed(ctx)
    if organization.row.policy_id is None:
        raise not_found("ResourcePolicy")
    rows.tags.delete(place, resource=organization.row.policy_id)
    rows.organizations.update(place, {}, policy=None, policy_id=None)
    return None


def _check(content: str) -> None:
    try:
        statements = parse(content, "resource").statements
    except PolicyError as error:
        raise InvalidInput(
            "The provided resource policy is not valid JSON.", "INVALID_RESOURCE_POLICY_JSON"
        ) from error
    for statement in statements:
        actions = statement.source.get("Action", "*")
        for action in [actions] if isinstance(actions, str) else actions:
            if not can_be_delegated(action):
                raise InvalidInput(
                    f"The resource policy has an action that is not supported: {action}.",
                    "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
                )


def _shown(organization: Organization, policy: str, content: str) -> dict[str, Any]:
    arn = organization.arn("resourcepolicy", policy)
    return {"ResourcePolicySummary": {"Id": policy, "Arn": arn}, "Content": content}
