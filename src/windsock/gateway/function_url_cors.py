"""CORS of function URLs: what a page of another origin may do with a URL, as its `Cors` setting says.

A preflight is answered without the function. To its other answers the setting's headers are added; what the
function set itself stays beside them, as at AWS: a browser refuses an answer that allows two origins.
Source: "Cross-origin resource sharing (CORS)", https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from windsock.gateway import cors
from windsock.gateway.request import Request, Response

_ANY: Final = "*"
# For preflights: the members of the setting that are lists, and their headers.
_ASKED_BEFORE: Final = {
    "AllowMethods": "access-control-allow-methods",
    "AllowHeaders": "access-control-allow-headers",
}


def preflight(setting: Mapping[str, Any], request: Request) -> Response | None:
    """The answer to a preflight; None for any other request, and for a URL that has no setting."""
    if not setting or not cors.is_preflight(request):
        return None
    headers = _allowed_origin(setting, request)
    if headers:
        for member, header in _ASKED_BEFORE.items():
            if setting.get(member):
                headers[header] = ",".join(setting[member])
        if setting.get("MaxAge"):
            headers["access-control-max-age"] = str(setting["MaxAge"])
    return Response(200, headers)


def shared(setting: Mapping[str, Any], request: Request, response: Response) -> Response:
    """`response` with what lets the page that asked read it, if the setting allows its origin."""
    added = _allowed_origin(setting, request)
    if added and setting.get("ExposeHeaders"):
        added["access-control-expose-headers"] = ",".join(setting["ExposeHeaders"])
    own = response.headers
    both = {name: f"{own[name]}, {value}" if name in own else value for name, value in added.items()}
    return dataclasses.replace(response, headers={**own, **both})


def _allowed_origin(setting: Mapping[str, Any], request: Request) -> dict[str, str]:
    """The headers that allow the origin of a request; none where there is none, or another is allowed."""
    origin, allowed = request.headers.get("origin"), setting.get("AllowOrigins") or ()
    if origin is None or not {_ANY, origin} & set(allowed):
        return {}
    if not setting.get("AllowCredentials"):
        return {"access-control-allow-origin": _ANY if _ANY in allowed else origin, "vary": "Origin"}
    # Browsers do not take the star from whom they send credentials to.
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "vary": "Origin",
    }
