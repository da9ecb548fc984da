"""May an account put events on a bus?

The bus's own account always may; any other needs the bus's policy to allow it.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.accounts import Accounts
from windsock.engine.operations import Command
from windsock.kernel.scope import Scope
from windsock.services.events.bus_policy import policy_allows
from windsock.services.events.tables import buses
from windsock.store.statements import Statement

_POLICY = Statement(
    sa.select(buses.c.policy).where(
        buses.c.account == sa.bindparam("account"),
        buses.c.region == sa.bindparam("region"),
        buses.c.name == sa.bindparam("name"),
    )
)


def may_put_events(ctx: Command, scope: Scope, bus: str, account: str) -> bool:
    """Whether `account` may put events on a bus of `scope`."""
    if account == scope.account:
        return True
    policy = ctx.tx.scalar(_POLICY, {"account": scope.account, "region": scope.region, "name": bus})
    organization = ctx.engine.part(Accounts).organization_of(account)
    return policy is not None and policy_allows(policy, account, "events:PutEvents", organization)
