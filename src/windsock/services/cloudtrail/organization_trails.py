"""Trails of organisations: who may have one, and what it needs.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.calls import Caller
from windsock.engine.operations import Context
from windsock.engine.organizations import Organizations
from windsock.services.cloudtrail.errors import (
    NotAllFeatures,
    NotManagementAccount,
    OrganizationsNotInUse,
    TrustedAccessNotEnabled,
)
from windsock.services.cloudtrail.placing import SERVICE

_ALL_FEATURES: Final = "ALL"


async def organization_of(ctx: Context) -> str:
    """The id of the organisation that the calling account manages and that lets CloudTrail in.

    Raises OrganizationsNotInUse, NotManagementAccount, NotAllFeatures, TrustedAccessNotEnabled.
    """
    account = ctx.scope.account
    membership = ctx.engine.part(Organizations).of(account)
    if membership is None:
        raise OrganizationsNotInUse
    if membership.management != account:
        raise NotManagementAccount
    described = await _ask(ctx, "DescribeOrganization")
    if described["Organization"]["FeatureSet"] != _ALL_FEATURES:
        raise NotAllFeatures
    listed = await _ask(ctx, "ListAWSServiceAccessForOrganization")
    if SERVICE not in {each["ServicePrincipal"] for each in listed["EnabledServicePrincipals"]}:
        raise TrustedAccessNotEnabled
    return membership.organization


async def _ask(ctx: Context, operation: str) -> dict[str, Any]:
    caller = Caller.service(SERVICE, ctx.scope.account)
    answer = await ctx.engine.call(
        "organizations", operation, {}, caller=caller, scope=ctx.scope, cause=ctx.call.cause
    )
    return answer or {}
