"""The answers of custom resources of stacks. Who knows the URL may answer: it cannot be guessed."""

from __future__ import annotations

from windsock.engine.calls import Caller
from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import Answer, Audience, control_path
from windsock.kernel.scope import DEFAULT_ACCOUNT


@control_path("cloudformation/responses/{token}", "PUT", Audience.NETWORK)
async def custom_resource_response(asked: Asked) -> Answer:
    """Take the answer that a request asked for."""
    answer = {"Token": asked.segments["token"], "Response": asked.body}
    await asked.engine.call(
        "cloudformation",
        "PutCustomResourceResponse",
        answer,
        caller=Caller.root(DEFAULT_ACCOUNT),
        scope=asked.scope,
    )
    return {}
