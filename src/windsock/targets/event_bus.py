"""Another event bus as a target: of the same account, another account or another region.

An event travels from bus to bus once: what was forwarded to a bus is not forwarded again.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
"""

from __future__ import annotations

from windsock.engine.call_target import call_for
from windsock.engine.engine import Engine
from windsock.engine.targets import Delivery, TargetError, TargetKind, target_kind
from windsock.kernel.arns import Arn


@target_kind
class EventBusTarget(TargetKind):
    """Puts the event on the other bus as it is: id, account, region, time and resources stay."""

    name = "event-bus"

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "events" and arn.resource.startswith("event-bus/")

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        if delivery.hops:
            raise TargetError(
                _hop_error(delivery),
                "An event that was forwarded to this bus is not forwarded again.",
                retryable=False,
            )
        await call_for(
            engine,
            delivery,
            "events",
            "ForwardEvent",
            {
                "Bus": delivery.arn.resource.removeprefix("event-bus/"),
                "Event": delivery.arrived.event,
                "Body": delivery.body.encode(),
                "Hops": delivery.hops + 1,
            },
            completes=delivery.task,
        )


def _hop_error(delivery: Delivery) -> str:
    other_account = delivery.arn.account != delivery.scope.account
    return "THIRD_ACCOUNT_HOP_DETECTED" if other_account else "THIRD_REGION_HOP_DETECTED"
