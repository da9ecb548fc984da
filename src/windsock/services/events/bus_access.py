"""May somebody of another account put events on a bus? And what its policy says, for who decides on calls.

Whatever IAM's mode: the bus's own account may, any other needs the bus's policy to allow it.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
"""

from __future__ import annotations

from typing import Final

from windsock.engine.engine import Engine
from windsock.engine.operations import Command
from windsock.engine.request_context import RequestContext, organization_keys
from windsock.engine.resource_policies import read_policy, resource_policy
from windsock.engine.subjects import Subjects
from windsock.kernel.arns import Arn
from windsock.kernel.scope import Scope
from windsock.languages.policies import Policies, Principal, Request, decide, parse
from windsock.services.events import bus_rows
from windsock.services.events.names import bus_arn
from windsock.store.transaction import Snapshot


@resource_policy
def policy_of_bus(engine: Engine, tx: Snapshot, arn: Arn) -> str | None:
    """The policy of the bus with an ARN; None for one without and for what is no bus."""
    kind, _, name = arn.resource.partition("/")
    return bus_rows.policy_of(tx, arn.scope, name) if kind == "event-bus" else None


def may_put_event(ctx: Command, scope: Scope, bus: str, source: str, detail_type: str) -> bool:
    """Whether the caller may put an event on a bus of `scope`, as far as the bus is concerned."""
    caller = ctx.call.caller
    if caller.account == scope.account:
        return True
    arn = bus_arn(scope, bus)
    text = bus_rows.policy_of(ctx.tx, scope, bus)
    policy = None if text is None else read_policy(text, arn)
    principal = ctx.engine.part(Subjects).of(caller, scope.region).principal
    keys = {
        **RequestContext(ctx.engine, ctx.call),
        "events:source": source,
        "events:detail-type": detail_type,
    }
    if caller.kind == "service":
        principal = Principal.root(caller.account)  # for whom it forwards
        keys |= organization_keys(ctx.engine, "Principal", caller.account)
    request = Request(principal, _ACTION, arn, keys)
    return decide(request, Policies(identity=[_WHATEVER], resource=policy)).allowed


_ACTION: Final = "events:PutEvents"
# The caller's own policies are for the chain to ask.
_WHATEVER: Final = parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
