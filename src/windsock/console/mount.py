"""Where the console hangs in the gateway. Nothing else of it is loaded before somebody opens a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from windsock.console.paths import CONSOLE_PREFIX, FEDERATION_PATH
from windsock.engine.engine import Engine
from windsock.gateway.request import Request, Response

if TYPE_CHECKING:
    from windsock.console.pages import Pages

_FEDERATION_ACTIONS: Final = frozenset({"getSigninToken", "login"})


class Console:
    """The door of the console."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pages: Pages | None = None

    def claims(self, request: Request) -> bool:
        path = request.path
        if path == FEDERATION_PATH:
            return _FEDERATION_ACTIONS.issuperset(request.query_values.get("Action", ("",)))
        return path == CONSOLE_PREFIX or path.startswith(f"{CONSOLE_PREFIX}/")

    async def answer(self, request: Request, source_ip: str) -> Response:
        if self._pages is None:
            from windsock.console.pages import Pages

            self._pages = Pages(self._engine)
        return await self._pages.answer(request, source_ip)
