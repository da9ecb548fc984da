"""A browser without JavaScript, as far as the console needs one: cookies, forms, redirects."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

CONSOLE = "/_windsock/console"


@dataclass
class Form:
    """A form of a page: where it goes, and the values of its fields."""

    action: str
    fields: dict[str, str]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), {}))
        elif tag == "input" and self.forms:
            self.forms[-1].fields[found["name"]] = found.get("value", "")


@dataclass
class Page:
    """What the browser shows."""

    status: int
    path: str
    headers: dict[str, str]
    cookies: list[str]
    html: str

    @property
    def text(self) -> str:
        """The page as it reads, without its marks."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def form(self, action: str) -> Form:
        """The form that goes to a path of the console."""
        reader = _Forms()
        reader.feed(self.html)
        (form,) = [each for each in reader.forms if each.action == f"{CONSOLE}/{action}"][:1]
        return form


@dataclass
class Browser:
    """One browser, with the cookies of one site."""

    endpoint: str
    headers: dict[str, str] = field(default_factory=lambda: {"user-agent": "Mozilla/5.0 (test)"})
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, path: str, *, follow: bool = True) -> Page:
        """Load a page: a path of the console, or of the site if it begins with a slash."""
        return self._load("GET", path, b"", {}, follow=follow)

    def send(self, page: Page, action: str, **values: str) -> Page:
        """Fill in a form of a page, send it and see where that leads."""
        form = page.form(action)
        return self.post(action, {**form.fields, **values})

    def post(self, action: str, fields: dict[str, str], **headers: str) -> Page:
        """Send fields to a path of the console."""
        kind = {"content-type": "application/x-www-form-urlencoded", "origin": self.endpoint}
        return self._load("POST", action, urlencode(fields).encode(), {**kind, **headers}, follow=True)

    def sign_in(self, account: str, user: str, password: str) -> Page:
        """Sign in as a user."""
        fields = {"account": account, "user": user, "password": password}
        return self.send(self.open("sign-in"), "sign-in", **fields)

    def _load(self, method: str, path: str, body: bytes, headers: dict[str, str], *, follow: bool) -> Page:
        target = path if path.startswith("/") else f"{CONSOLE}/{path}"
        site = urlsplit(self.endpoint)
        connection = http.client.HTTPConnection(site.hostname or "", site.port)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, target, body, {**self.headers, **headers, "cookie": cookie})
        response = connection.getresponse()
        cookies = response.headers.get_all("set-cookie") or []
        page = Page(response.status, target, dict(response.headers), cookies, response.read().decode())
        connection.close()
        self._keep(cookies)
        if follow and page.status in (302, 303):
            return self.open(urljoin(target, page.headers["location"]))
        return page

    def _keep(self, cookies: list[str]) -> None:
        for each in cookies:
            name, _, value = each.partition(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
