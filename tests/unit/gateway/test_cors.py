"""Which pages may call, and what they are told."""

from __future__ import annotations

import pytest

from windsock.gateway import cors
from windsock.gateway.request import Request, Response


def request(method: str = "POST", **headers: str) -> Request:
    return Request(
        method, "/", "/", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost",
        "http://localhost:3000",
        "https://localhost:8443",
        "http://127.0.0.1:5173",
        "http://127.1.2.3",
        "http://[::1]:80",
        "http://app.localhost:3000",
        "http://LOCALHOST",
    ],
)
def test_pages_of_this_machine_are_at_home(origin: str) -> None:
    assert not cors.is_foreign(request(origin=origin))


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://example.com",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "file://localhost",
        "http://[::1",
        "http://[fe80::1]",
    ],
)
def test_other_pages_are_foreign(origin: str) -> None:
    assert cors.is_foreign(request(origin=origin))


def test_programs_are_no_pages() -> None:
    assert not cors.is_foreign(request())


def test_an_image_of_a_foreign_page_is_foreign_and_a_link_in_a_mail_is_not() -> None:
    assert cors.is_foreign(request("GET", sec_fetch_site="cross-site", sec_fetch_mode="no-cors"))
    assert not cors.is_foreign(request("GET", sec_fetch_site="cross-site", sec_fetch_mode="navigate"))
    assert not cors.is_foreign(request("GET", sec_fetch_site="same-origin", sec_fetch_mode="no-cors"))


def test_only_options_with_a_method_asked_for_is_a_preflight() -> None:
    assert cors.is_preflight(request("OPTIONS", access_control_request_method="PUT"))
    assert not cors.is_preflight(request("OPTIONS"))
    assert not cors.is_preflight(request("POST", access_control_request_method="PUT"))


def test_a_preflight_allows_what_it_asked_for() -> None:
    asked = request("OPTIONS", origin="http://localhost:1", access_control_request_method="PUT")
    assert cors.preflight(asked) == Response(
        204,
        {
            "access-control-allow-methods": "PUT",
            "access-control-max-age": "7200",
            "access-control-allow-origin": "http://localhost:1",
            "vary": "Origin",
        },
    )


def test_an_answer_is_shared_with_all_its_headers() -> None:
    answer = cors.shared(
        request(origin="http://localhost:1"), Response(200, {"etag": "1", "x-a": "2"}, b"body")
    )
    assert answer.headers["access-control-allow-origin"] == "http://localhost:1"
    assert answer.headers["access-control-expose-headers"] == "etag, x-a"
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"body", "1")
