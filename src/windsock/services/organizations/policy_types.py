"""The types of policy, and which of them an organisation has enabled.

Enabling a control type attaches the policy of AWS's that allows everything to all there is; disabling a type
detaches all policies of it.
Sources: API_EnablePolicyType and API_DisablePolicyType below
https://docs.aws.amazon.com/organizations/latest/APIReference/ and
https://docs.aws.amazon.com/organizations/latest/userguide/enable-policy-type.html
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.organizations import aws_policies, rows
from windsock.services.organizations.errors import Conflict, not_found
from windsock.services.organizations.pages import page
from windsock.services.organizations.policy_kinds import ALL_FEATURES
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import Organization, looked_at, managed
from windsock.services.organizations.tree import targets

_ROOT_NAME: Final = "Root"


@command("EnablePolicyType")
def enable_policy_type(ctx: Command, params: Params) -> Result:
    """Enable a type in the root."""
    organization, place = managed(ctx)
    kind, enabled = params["PolicyType"], _enabled(organization)
    _check_root(organization, params["RootId"])
    if organization.row.features != ALL_FEATURES:
        raise Conflict(
            "This operation can be called only for organizations that have enabled all features.",
            code="PolicyTypeNotAvailableForOrganizationException",
        )
    if kind in enabled:
        raise Conflict(
            "The specified policy type is already enabled.", code="PolicyTypeAlreadyEnabledException"
        )
    enabled.append(kind)
    _set_enabled(place, enabled)
    for target in list(targets(place)):
        attach_default(place, target, kind)
    return {"Root": _shown(organization, enabled)}


@command("DisablePolicyType")
def disable_policy_type(ctx: Command, params: Params) -> Result:
    """Disable a type in the root; no policy of it stays attached to anything."""
    organization, place = managed(ctx)
    kind, enabled = params["PolicyType"], _enabled(organization)
    _check_root(organization, params["RootId"])
    if kind not in enabled:
        raise type_not_enabled()
    enabled.remove(kind)
    _set_enabled(place, enabled)
    rows.attachments.delete(place, type=kind)
    return {"Root": _shown(organization, enabled)}


@query("ListRoots")
def list_roots(ctx: Query, params: Params) -> Result:
    """The one root."""
    organization = looked_at(ctx)
    shown = _shown(organization, _enabled(organization))
    return page(params, "Roots", [shown], lambda root: root["Id"], lambda root: root)


def attach_default(place: Place, target: str, kind: str) -> None:
    """Attach AWS's policy of a type to something new, if the type has one."""
    policy = aws_policies.DEFAULT_POLICIES.get(kind)
    if policy is not None:
        now_ms = place.engine.clock.now_ms()
        rows.attachments.insert(place, target=target, policy=policy, type=kind, attached_ms=now_ms)


def attach_defaults(place: Place, target: str) -> None:
    """Attach AWS's policies of all types that are enabled to something new."""
    for kind in orjson.loads(rows.organizations.existing(place).policy_types):
        attach_default(place, target, kind)


def check_enabled(organization: Organization, kind: str) -> None:
    """Raises PolicyTypeNotEnabledException for a type that is not."""
    if kind not in _enabled(organization):
        raise type_not_enabled()


def type_not_enabled() -> Conflict:
    """The error for what only enabled types can."""
    return Conflict(
        "This operation can be performed only for enabled policy types.", code="PolicyTypeNotEnabledException"
    )


def _check_root(organization: Organization, root: str) -> None:
    if root != organization.row.root:
        raise not_found("Root")


def _enabled(organization: Organization) -> list[str]:
    enabled: list[str] = orjson.loads(organization.row.policy_types)
    return enabled


def _set_enabled(place: Place, enabled: list[str]) -> None:
    rows.organizations.update(place, {}, policy_types=orjson.dumps(enabled).decode())


def _shown(organization: Organization, enabled: list[str]) -> dict[str, Any]:
    root = organization.row.root
    return {
        "Id": root,
        "Arn": organization.arn("root", root),
        "Name": _ROOT_NAME,
        "PolicyTypes": [{"Type": kind, "Status": "ENABLED"} for kind in enabled],
    }
