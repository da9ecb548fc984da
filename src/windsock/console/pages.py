"""What answers the console's requests: the files of its look, the pages to sign in and out on, and the views.

Where credentials are not verified (`--iam audit` and `off`) anybody may look at an account, so there a page
of another site is refused by the name in its address too (`gateway/other_sites.py`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from windsock.console import federation, passwords, rendering, roles, signing_in
from windsock.console.forms import refuse_forged
from windsock.console.frame import Frame
from windsock.console.paths import FEDERATION_PATH
from windsock.console.view_marks import find_views
from windsock.console.visits import Visit
from windsock.engine.engine import Engine
from windsock.gateway.other_sites import refuse_other_origins, refuse_other_sites
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError, InternalFailure
from windsock.kernel.log import Log

log = Log(__name__)

Page = Callable[[Frame], Awaitable[Response]]

# By path and method; views come beside them.
_PAGES: Final[Mapping[str, Mapping[str, Page]]] = {
    "sign-in": {"GET": signing_in.ask, "POST": signing_in.sign_in},
    "sign-in/code": {"POST": signing_in.show_code},
    "sign-in/password": {"POST": signing_in.set_password},
    "look": {"POST": signing_in.look},
    "sign-out": {"POST": signing_in.sign_out},
    "switch-role": {"GET": roles.ask, "POST": roles.switch},
    "switch-back": {"POST": roles.switch_back},
    "password": {"GET": passwords.ask, "POST": passwords.change},
}
_FEDERATION: Final[Mapping[str, Page]] = {
    "getSigninToken": federation.get_signin_token,
    "login": federation.login,
}


class Pages:
    """Answers the console's requests."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._views = find_views()

    async def answer(self, request: Request, source_ip: str) -> Response:
        """The response; errors are pages too."""
        frame = Frame(Visit(self._engine, request, source_ip), self._views)
        try:
            if self._engine.settings.iam == "enforce":
                refuse_other_origins(request)
            else:
                refuse_other_sites(request, self._engine.settings.endpoint)
            if request.path == FEDERATION_PATH:
                return await _FEDERATION[frame.field("Action")](frame)
            return await self._page(frame)
        except AwsError as error:
            return frame.failure(error)
        except Exception as error:
            log.exception("a page of the console could not be made", path=request.path)
            return frame.failure(InternalFailure(f"{type(error).__name__}: {error}"))

    async def _page(self, frame: Frame) -> Response:
        path, method = frame.visit.path, frame.visit.request.method
        method = "GET" if method == "HEAD" else method
        file = rendering.static(path)
        if file is not None:
            return file
        if not path:
            return rendering.redirect(next(iter(self._views)))
        pages = {"GET": self._view} if path in self._views else _PAGES.get(path)
        if pages is None:
            raise AwsError("There is no such page.", code="NotFound", status=404)
        if method not in pages:
            raise AwsError(f"This page takes {' or '.join(pages)}.", code="MethodNotAllowed", status=405)
        if method == "POST":
            refuse_forged(frame.visit)
        return await pages[method](frame)

    async def _view(self, frame: Frame) -> Response:
        visit = frame.visit
        if visit.identity is None:
            return rendering.redirect(f"sign-in?{urlencode({'next': visit.path})}")
        return await frame.view(self._views[visit.path])
