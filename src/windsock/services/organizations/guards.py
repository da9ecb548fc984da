"""What an organisation sets on its accounts: the control policies at each level from the root down.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from windsock.engine.organizations import Guards, Levels, Membership, control_policies
from windsock.kernel.scope import DEFAULT_REGION, Scope
from windsock.languages.policies import Policy, parse
from windsock.services.organizations import rows
from windsock.services.organizations.aws_policies import AWS_POLICIES
from windsock.services.organizations.policy_kinds import RESOURCE_CONTROL, SERVICE_CONTROL
from windsock.services.organizations.remembered import Remembered
from windsock.services.organizations.tree import path_to
from windsock.store.scoped_rows import Reading, View
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@control_policies
class StoredControlPolicies:
    """The control policies that the store has."""

    def __init__(self, engine: Engine) -> None:
        self._store = engine.store
        self._remembered = engine.part(Remembered).guards

    def guards(self, account: str, membership: Membership) -> Guards:
        known = self._remembered.get(account)
        if known is None:
            known = self._store.read(lambda tx: _guards(tx, account, membership))
            self._remembered[account] = known
        return known


def _guards(tx: Snapshot, account: str, membership: Membership) -> Guards:
    at = View(tx, Scope(membership.management, DEFAULT_REGION))
    organization = rows.organizations.find(at)
    member = rows.members.find(at, member=account)
    if organization is None or member is None:
        return Guards("")
    parents = path_to(at, member.parent)
    path = "/".join([membership.organization, *parents, ""])
    if account == membership.management:
        return Guards(path)
    enabled = orjson.loads(organization.policy_types)
    targets = [*parents, account]
    return Guards(
        path,
        _levels(at, targets, SERVICE_CONTROL) if SERVICE_CONTROL in enabled else (),
        _levels(at, targets, RESOURCE_CONTROL) if RESOURCE_CONTROL in enabled else (),
    )


def _levels(at: Reading, targets: list[str], kind: str) -> Levels:
    return tuple(
        tuple(_compiled(at, each.policy, kind) for each in rows.attachments.all(at, target=target, type=kind))
        for target in targets
    )


def _compiled(at: Reading, policy: str, kind: str) -> Policy:
    own = AWS_POLICIES.get(policy)
    content = own.content if own is not None else rows.policies.existing(at, id=policy).content
    return parse(content, "resource" if kind == RESOURCE_CONTROL else "managed").named(policy)
