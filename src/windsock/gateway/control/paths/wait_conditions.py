"""The handles of wait conditions of stacks. Who knows the URL may signal: it cannot be guessed."""

from __future__ import annotations

from windsock.engine.calls import Caller
from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import Answer, Audience, control_path
from windsock.kernel.scope import Scope


@control_path("cloudformation/waits/{account}/{region}/{handle}", "PUT", Audience.NETWORK)
async def wait_condition_signal(asked: Asked) -> Answer:
    """Take a signal."""
    scope = Scope(asked.segments["account"], asked.segments["region"])
    await asked.engine.call(
        "cloudformation",
        "PutWaitConditionSignal",
        {"Handle": asked.segments["handle"], "Signal": asked.body},
        caller=Caller.root(scope.account),
        scope=scope,
    )
    return {}
