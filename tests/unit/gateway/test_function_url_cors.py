"""What the Cors setting of a function URL makes of a request."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.gateway import function_url_cors
from windsock.gateway.request import Request, Response

ASKED = {"origin": "https://a.example", "access-control-request-method": "PUT"}


def request(method: str = "GET", **headers: str) -> Request:
    return Request(method, "/", "/", headers={name.replace("_", "-"): each for name, each in headers.items()})


@pytest.mark.parametrize(
    ("setting", "headers"),
    [
        ({"AllowOrigins": ["*"]}, {"access-control-allow-origin": "*", "vary": "Origin"}),
        (
            {"AllowOrigins": ["*"], "AllowCredentials": True, "AllowMethods": ["*"]},
            {
                "access-control-allow-origin": "https://a.example",
                "access-control-allow-credentials": "true",
                "vary": "Origin",
                "access-control-allow-methods": "*",
            },
        ),
        ({"AllowOrigins": ["https://b.example"], "AllowMethods": ["*"]}, {}),
        ({"AllowMethods": ["*"]}, {}),
    ],
)
def test_a_preflight(setting: dict[str, Any], headers: dict[str, str]) -> None:
    answer = function_url_cors.preflight(setting, request("OPTIONS", **ASKED))
    assert answer == Response(200, headers)


def test_what_is_no_preflight_is_the_functions() -> None:
    setting = {"AllowOrigins": ["*"]}
    assert function_url_cors.preflight(setting, request("OPTIONS", origin="https://a.example")) is None
    assert function_url_cors.preflight({}, request("OPTIONS", **ASKED)) is None


def test_headers_of_the_functions_own_stay_beside_those_of_the_setting() -> None:
    own = Response(200, {"access-control-allow-origin": "*", "x": "1"})
    both = function_url_cors.shared({"AllowOrigins": ["*"]}, request(origin="https://a.example"), own)
    assert both.headers == {"access-control-allow-origin": "*, *", "x": "1", "vary": "Origin"}
    assert function_url_cors.shared({}, request(origin="https://a.example"), own) == own
    assert function_url_cors.shared({"AllowOrigins": ["*"]}, request(), own) == own
