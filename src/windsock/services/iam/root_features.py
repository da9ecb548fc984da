"""Root access of member accounts, which an organisation's management account can take to itself.

Of the features sessions of members' roots are there (STS's AssumeRoot); the other is kept, as the credentials
of roots can be deleted in such a session anyway.
Sources: API_EnableOrganizationsRootSessions and the pages of the other operations beside it below
https://docs.aws.amazon.com/IAM/latest/APIReference/
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.engine.organizations import Membership, Organizations
from windsock.kernel.scope import Scope
from windsock.services.iam.errors import RootAccessError
from windsock.services.iam.settings import put_setting, setting
from windsock.store.scoped_rows import Reading

_SETTING: Final = "organization_features"
_SERVICE: Final = "iam.amazonaws.com"
_SESSIONS: Final = "RootSessions"
_CREDENTIALS: Final = "RootCredentialsManagement"


@waiting("EnableOrganizationsRootSessions")
async def enable_root_sessions(ctx: Context, params: Params) -> Result:
    """Let the management account begin sessions of members' roots."""
    return await _set(ctx, _SESSIONS, enabled=True)


@waiting("DisableOrganizationsRootSessions")
async def disable_root_sessions(ctx: Context, params: Params) -> Result:
    """Let it begin no more."""
    return await _set(ctx, _SESSIONS, enabled=False)


@waiting("EnableOrganizationsRootCredentialsManagement")
async def enable_root_credentials(ctx: Context, params: Params) -> Result:
    """Let the management account manage the credentials of members' roots."""
    return await _set(ctx, _CREDENTIALS, enabled=True)


@waiting("DisableOrganizationsRootCredentialsManagement")
async def disable_root_credentials(ctx: Context, params: Params) -> Result:
    """Let it manage them no more."""
    return await _set(ctx, _CREDENTIALS, enabled=False)


@waiting("ListOrganizationsFeatures")
async def list_features(ctx: Context, params: Params) -> Result:
    """The features that are enabled."""
    membership = await _checked(ctx)
    known = await _ask(ctx, membership, "iam", "GetOrganizationFeatures")
    return {"OrganizationId": membership.organization, "EnabledFeatures": known["Features"]}


@query("GetOrganizationFeatures")
def get_features(ctx: Query, params: Params) -> Result:
    """The features that the account, a management account, has enabled. Only windsock itself can ask."""
    return {"Features": _enabled(ctx)}


@command("SetOrganizationFeature")
def set_feature(ctx: Command, params: Params) -> Result:
    """Enable or disable one. Only windsock itself can ask."""
    others = [feature for feature in _enabled(ctx) if feature != params["Feature"]]
    enabled = sorted([*others, params["Feature"]] if params["Enabled"] else others)
    put_setting(ctx, _SETTING, orjson.dumps(enabled).decode())
    return {"Features": enabled}


async def _set(ctx: Context, feature: str, *, enabled: bool) -> Result:
    membership = await _checked(ctx)
    if enabled and membership.management != ctx.scope.account:
        raise RootAccessError(
            "The account making the request is not the management account for the organization.",
            code="CallerIsNotManagementAccountException",
        )
    change = {"Feature": feature, "Enabled": enabled}
    known = await _ask(ctx, membership, "iam", "SetOrganizationFeature", change)
    return {"OrganizationId": membership.organization, "EnabledFeatures": known["Features"]}


async def _checked(ctx: Context) -> Membership:
    """The organisation whose management account, or administrator for IAM, asks. Raises RootAccessError."""
    account = ctx.scope.account
    membership = ctx.engine.part(Organizations).of(account)
    if membership is None:
        raise RootAccessError(
            "No organization is associated with your account.", code="OrganizationNotFoundException"
        )
    administrators = await _ask(
        ctx, membership, "organizations", "ListDelegatedAdministrators", {"ServicePrincipal": _SERVICE}
    )
    may = {membership.management, *(each["Id"] for each in administrators["DelegatedAdministrators"])}
    if account not in may:
        raise RootAccessError(
            "The account making the request is not the management account or delegated administrator account "
            "for centralized root access.",
            code="AccountNotManagementOrDelegatedAdministratorException",
        )
    organization = await _ask(ctx, membership, "organizations", "DescribeOrganization")
    if organization["Organization"]["FeatureSet"] != "ALL":
        raise RootAccessError(
            "Your organization does not have All features enabled.",
            code="OrganizationNotInAllFeaturesModeException",
        )
    trusted = await _ask(ctx, membership, "organizations", "ListAWSServiceAccessForOrganization")
    if all(each["ServicePrincipal"] != _SERVICE for each in trusted["EnabledServicePrincipals"]):
        raise RootAccessError(
            "Trusted access is not enabled for IAM in Organizations.", code="ServiceAccessNotEnabledException"
        )
    return membership


async def _ask(
    ctx: Context, membership: Membership, service: str, operation: str, params: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Ask in the management account, as IAM."""
    caller = Caller.service(_SERVICE, membership.management)
    scope = Scope(membership.management, ctx.scope.region)
    return await ctx.engine.call(service, operation, params or {}, caller=caller, scope=scope) or {}


def _enabled(at: Reading) -> list[str]:
    enabled: list[str] = orjson.loads(setting(at, _SETTING) or "[]")
    return enabled
