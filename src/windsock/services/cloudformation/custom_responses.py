"""The answers of custom resources: whoever serves one puts its answer to a URL that was made for the request.

They are awaited in memory: after a restart the request is sent anew, as its work is taken up again.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import AwsError

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# The path of windsock's own below which answers are put.
PATH: Final = "cloudformation/responses"


class CustomResponses:
    """An engine part: who waits for which answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._awaited: dict[str, asyncio.Future[Mapping[str, Any]]] = {}

    def expect(self) -> tuple[str, asyncio.Future[Mapping[str, Any]]]:
        """A URL that nobody can guess, and what is put there."""
        token = secrets.token_urlsafe(32)
        future = self._awaited[token] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda _: self._awaited.pop(token, None))
        return f"{self._engine.settings.endpoint}/_windsock/{PATH}/{token}", future

    def answer(self, token: str, answer: Mapping[str, Any]) -> None:
        """Somebody puts an answer. Raises AwsError when nobody waits for it (any more)."""
        future = self._awaited.get(token)
        if future is None or future.done():
            raise AwsError("Nobody waits for this answer.", code="AccessDenied", status=403)
        future.set_result(answer)


@waiting("PutCustomResourceResponse")
async def put_custom_resource_response(ctx: Context, params: Params) -> Result:
    """windsock's own: what was put to the URL of a request, `{"Token": ..., "Response": {...}}`."""
    ctx.engine.part(CustomResponses).answer(params["Token"], params["Response"])
    return {}
