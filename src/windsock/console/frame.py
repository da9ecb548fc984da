"""The frame around every page: who is signed in, the views to go to, the region, the token of its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from windsock.console.cookies import BROWSER, cookie, read_cookie
from windsock.console.forms import browser_of, form_token
from windsock.console.rendering import render
from windsock.console.view_marks import View
from windsock.console.visits import Visit
from windsock.gateway.request import Response
from windsock.kernel.errors import AwsError


class Frame:
    """Renders pages for one visit."""

    def __init__(self, visit: Visit, views: Mapping[str, View]) -> None:
        self.visit = visit
        self.views = views

    def field(self, name: str) -> str:
        """A field of the form or the query; empty when it is not given."""
        return self.visit.request.fields.get(name, "")

    def page(self, template: str, status: int = 200, cookies: Sequence[str] = (), **context: Any) -> Response:
        """The page of a template, framed."""
        visit, browser = self.visit, browser_of(self.visit)
        if browser != read_cookie(visit.request, BROWSER):
            cookies = [*cookies, cookie(visit.request, BROWSER, browser, "Lax")]
        framing = {
            "visit": visit,
            "views": self.views.values(),
            "mode": visit.engine.settings.iam,
            "form_token": form_token(visit, browser),
            "current": None,
        }
        return render(template, status, cookies, **{**framing, **context})

    def failure(self, error: AwsError, in_view: View | None = None) -> Response:
        """The page that shows an error, in place of a view or by itself."""
        title = HTTPStatus(error.status).phrase if in_view is None else in_view.title
        return self.page("error.html", error.status, title=title, error=error, current=in_view)

    async def view(self, view: View) -> Response:
        """A view, or the error that it ended with."""
        try:
            shown = await view.show(self.visit)
        except AwsError as error:
            return self.failure(error, view)
        return self.page(view.template, title=view.title, current=view, **shown)
