"""Web servers are sent no more a second than their throttle policy says.

Source: https://docs.aws.amazon.com/sns/latest/dg/creating-delivery-policy.html (`maxReceivesPerSecond`)
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from windsock.services.sns.topic_cache import Subscriber

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


class Pacing:
    """When each subscription that has a throttle policy may be sent something again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free_ms: dict[str, float] = {}

    async def turn(self, subscriber: Subscriber) -> None:
        """Return when it is a delivery's turn: at once, unless others came shortly before."""
        if subscriber.receives_per_second is None:
            return
        clock = self._engine.clock
        now = clock.now_ms()
        turn = max(self._free_ms.get(subscriber.arn, 0), now)
        self._free_ms[subscriber.arn] = turn + 1000 / subscriber.receives_per_second
        if turn > now:
            with self._engine.activity.resting():
                await clock.wait(asyncio.Event(), math.ceil(turn))
