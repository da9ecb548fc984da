"""What TestState shows of the request of an HTTP Task and of its answer.

Source: "Testing state machines with TestState API", on the inspection level TRACE
https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from windsock.services.stepfunctions.integrations.http_endpoints import Exchange, status_text


def shown_exchange(exchange: Exchange, *, secrets: bool) -> dict[str, Any]:
    """Request and response; what the connection added to the request is there with `secrets` only."""
    request, answer = exchange.sent if secrets else exchange.written, exchange.answer
    protocol = urlsplit(request.url).scheme
    return {
        "request": {
            "protocol": protocol,
            "method": request.method,
            "url": request.url,
            "headers": _headers(request.headers),
            "body": request.body.decode(errors="replace"),
        },
        "response": {
            "protocol": protocol,
            "statusCode": str(answer.status),
            "statusMessage": status_text(answer.status),
            "headers": _headers(answer.headers),
            "body": answer.body.decode(errors="replace"),
        },
    }


def _headers(headers: Mapping[str, str]) -> str:
    return f"[{', '.join(f'{name}: {value}' for name, value in headers.items())}]"
