"""Forms that only this console's pages can send, on behalf of the browser they were shown to (CSRF).

Each form holds a token: the browser's random name, sealed. The cookie has the name alone, so whoever can
plant a cookie still cannot make the token. The Origin of a form must be this site's too
(`gateway/other_sites.py`).
Source: https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

import secrets
from typing import Final

from windsock.console.cookies import BROWSER, read_cookie
from windsock.console.visits import Visit
from windsock.kernel.errors import AwsError

FORM_FIELD: Final = "form_token"
_PURPOSE: Final = "console form"


def browser_of(visit: Visit) -> str:
    """The random name of the browser; a new one for a browser that has none yet."""
    return read_cookie(visit.request, BROWSER) or secrets.token_urlsafe()


def form_token(visit: Visit, browser: str) -> str:
    """The token for a form that is shown to that browser."""
    return visit.engine.session_tokens.seal(_PURPOSE, [browser])


def refuse_forged(visit: Visit) -> None:
    """Raises AwsError for a form that was not shown to this browser."""
    sealed = visit.engine.session_tokens.unseal(_PURPOSE, visit.request.fields.get(FORM_FIELD, ""))
    browser = read_cookie(visit.request, BROWSER)
    if not browser or sealed is None or not secrets.compare_digest(sealed[0], browser):
        raise AwsError(
            "This form was not filled in here, or it is too old. Go back, load the page again and repeat it.",
            code="Forbidden",
            status=403,
        )
