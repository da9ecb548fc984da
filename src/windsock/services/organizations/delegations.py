"""Services that work in the whole organisation, and accounts that run them for the management account.

Sources: API_EnableAWSServiceAccess, API_RegisterDelegatedAdministrator and the pages of the other operations
beside them below https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

import re
from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.services.organizations import rows
from windsock.services.organizations.accounts import shown
from windsock.services.organizations.errors import Conflict, ConstraintViolation, InvalidInput
from windsock.services.organizations.members import member_named
from windsock.services.organizations.pages import page
from windsock.services.organizations.standing import Organization, looked_at, managed

_SERVICE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com")


@command("EnableAWSServiceAccess")
def enable_service_access(ctx: Command, params: Params) -> Result:
    """Let a service work in the organisation; one that may already is no error."""
    _, place = managed(ctx)
    service = _service(params)
    if rows.service_access.find(place, service=service) is None:
        rows.service_access.insert(place, service=service, enabled_ms=ctx.now_ms)
    return None


@command("DisableAWSServiceAccess")
def disable_service_access(ctx: Command, params: Params) -> Result:
    """Let a service work in it no more."""
    _, place = managed(ctx)
    rows.service_access.delete(place, service=_service(params))
    return None


@query("ListAWSServiceAccessForOrganization")
def list_service_access(ctx: Query, params: Params) -> Result:
    """The services that may."""
    found = rows.service_access.all(looked_at(ctx).at)
    return page(
        params,
        "EnabledServicePrincipals",
        found,
        lambda row: row.service,
        lambda row: {"ServicePrincipal": row.service, "DateEnabled": to_datetime(row.enabled_ms)},
    )


@command("RegisterDelegatedAdministrator")
def register_delegated_administrator(ctx: Command, params: Params) -> Result:
    """Have a member run a service for the organisation."""
    organization, place = managed(ctx)
    member, service = member_named(organization, params["AccountId"]).member, _service(params)
    if member == organization.management:
        raise ConstraintViolation(
            "You cannot register the management account of the organization as a delegated administrator.",
            "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
        )
    if rows.delegations.find(place, member=member, service=service) is not None:
        raise Conflict(
            "The provided account is already a delegated administrator for your organization.",
            code="AccountAlreadyRegisteredException",
        )
    rows.delegations.insert(place, member=member, service=service, enabled_ms=ctx.now_ms)
    return None


@command("DeregisterDelegatedAdministrator")
def deregister_delegated_administrator(ctx: Command, params: Params) -> Result:
    """Have a member run it no more."""
    organization, place = managed(ctx)
    member = member_named(organization, params["AccountId"]).member
    if not rows.delegations.delete(place, member=member, service=_service(params)):
        raise _not_registered()
    return None


@query("ListDelegatedAdministrators")
def list_delegated_administrators(ctx: Query, params: Params) -> Result:
    """The members that run a service, or any."""
    organization = looked_at(ctx)
    where = {"service": params["ServicePrincipal"]} if "ServicePrincipal" in params else {}
    since: dict[str, int] = {}
    for row in rows.delegations.all(organization.at, **where):
        since[row.member] = min(row.enabled_ms, since.get(row.member, row.enabled_ms))
    return page(
        params,
        "DelegatedAdministrators",
        list(since),
        lambda member: member,
        lambda member: _administrator(organization, member, since[member]),
    )


@query("ListDelegatedServicesForAccount")
def list_delegated_services(ctx: Query, params: Params) -> Result:
    """The services that a member runs."""
    organization = looked_at(ctx)
    member = member_named(organization, params["AccountId"]).member
    found = rows.delegations.all(organization.at, member=member)
    if not found:
        raise _not_registered()
    return page(
        params,
        "DelegatedServices",
        found,
        lambda row: row.service,
        lambda row: {
            "ServicePrincipal": row.service,
            "DelegationEnabledDate": to_datetime(row.enabled_ms),
        },
    )


def _service(params: Params) -> str:
    service: str = params["ServicePrincipal"]
    if _SERVICE.fullmatch(service) is None:
        raise InvalidInput(
            "You specified an unrecognized service principal.", "UNRECOGNIZED_SERVICE_PRINCIPAL"
        )
    return service


def _administrator(organization: Organization, member: str, since_ms: int) -> dict[str, Any]:
    account = shown(organization, member_named(organization, member))
    del account["Paths"]
    return {**account, "DelegationEnabledDate": to_datetime(since_ms)}


def _not_registered() -> Conflict:
    return Conflict(
        "The provided account is not a registered delegated administrator for your organization.",
        code="AccountNotRegisteredException",
    )
