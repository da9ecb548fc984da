"""DescribeEffectivePolicy: what the policies of a type set for an account, from the root down to it.

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html
"""

from __future__ import annotations

import orjson

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.clock import to_datetime
from windsock.languages.inheritance import effective
from windsock.services.organizations import rows
from windsock.services.organizations.errors import NotFound, not_found
from windsock.services.organizations.standing import looked_at, own
from windsock.services.organizations.tree import path_to


@query("DescribeEffectivePolicy")
def describe_effective_policy(ctx: Query, params: Params) -> Result:
    """What holds for an account: one's own, or any for who may look at all of the organisation."""
    kind, account = params["PolicyType"], params.get("TargetId", ctx.scope.account)
    organization = own(ctx) if account == ctx.scope.account else looked_at(ctx)
    at = organization.at
    member = rows.members.find(at, member=account)
    if member is None:
        raise not_found("Target")
    levels = [
        [
            rows.policies.existing(at, id=each.policy)
            for each in sorted(
                rows.attachments.all(at, target=target, type=kind), key=lambda row: row.attached_ms
            )
        ]
        for target in (*path_to(at, member.parent), account)
    ]
    policies = [policy for level in levels for policy in level]
    if not policies:
        raise NotFound(
            "If you ran this action on the management account, this policy type is not enabled. If you ran "
            "the action on a member account, the account doesn't have an effective policy of this type. "
            "Contact the administrator of your organization about attaching a policy of this type to the "
            "account.",
            code="EffectivePolicyNotFoundException",
        )
    merged = effective([[orjson.loads(policy.content) for policy in level] for level in levels])
    return {
        "EffectivePolicy": {
            "PolicyContent": orjson.dumps(merged).decode(),
            "LastUpdatedTimestamp": to_datetime(max(policy.updated_ms for policy in policies)),
            "TargetId": account,
            "PolicyType": kind,
        }
    }
