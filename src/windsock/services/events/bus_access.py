"""May an account put events on a bus? And what a bus's policy says, for those who decide on calls.

The bus's own account always may; any other needs the bus's policy to allow it.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.accounts import Accounts
from windsock.engine.engine import Engine
from windsock.engine.operations import Command
from windsock.engine.resource_policies import resource_policy
from windsock.kernel.arns import Arn
from windsock.kernel.scope import Scope
from windsock.services.events.bus_policy import policy_allows
from windsock.services.events.tables import buses
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

_POLICY = Statement(
    sa.select(buses.c.policy).where(
        buses.c.account == sa.bindparam("account"),
        buses.c.region == sa.bindparam("region"),
        buses.c.name == sa.bindparam("name"),
    )
)


@resource_policy
def policy_of_bus(engine: Engine, tx: Snapshot, arn: Arn) -> str | None:
    """The policy of the bus with an ARN; None for one without and for what is no bus."""
    kind, _, name = arn.resource.partition("/")
    if kind != "event-bus":
        return None
    policy: str | None = tx.scalar(_POLICY, {**arn.scope.columns, "name": name})
    return policy


def may_put_events(ctx: Command, scope: Scope, bus: str, account: str) -> bool:
    """Whether `account` may put events on a bus of `scope`."""
    if account == scope.account:
        return True
    policy = ctx.tx.scalar(_POLICY, {"account": scope.account, "region": scope.region, "name": bus})
    organization = ctx.engine.part(Accounts).organization_of(account)
    return policy is not None and policy_allows(policy, account, "events:PutEvents", organization)
