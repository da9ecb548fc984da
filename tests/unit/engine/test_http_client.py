"""Calling web servers: what is sent, what is read, and what is said when there is no answer."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from tests.conftest import Driver

from windsock.engine.http_client import HttpClient, HttpFailure, HttpRequest


async def serve(handler: Handler) -> tuple[web.AppRunner, str]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def test_an_answer_is_given_as_it_is(driver: Driver) -> None:
    async def moved(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/there", "X-Path": request.raw_path}, body=b"b")

    runner, url = await serve(moved)
    request = HttpRequest("PUT", f"{url}/a%2Fb?c=%20", {"X-Own": "1"}, b"body")
    answer = await driver.engine.part(HttpClient).send(request, 5)
    assert (answer.status, answer.body, answer.headers["x-path"]) == (302, b"b", "/a%2Fb?c=%20")
    await runner.cleanup()


async def test_a_server_that_does_not_answer_in_time(driver: Driver) -> None:
    release = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    runner, url = await serve(silent)
    with pytest.raises(HttpFailure, match=r"no answer within 0\.05 seconds") as caught:
        await driver.engine.part(HttpClient).send(HttpRequest("GET", url, {}), 0.05)
    assert caught.value.timed_out
    release.set()
    await runner.cleanup()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "no-url", "ftp://127.0.0.1/"])
async def test_what_cannot_be_reached(driver: Driver, url: str) -> None:
    with pytest.raises(HttpFailure) as caught:
        await driver.engine.part(HttpClient).send(HttpRequest("GET", url, {}), 5)
    assert not caught.value.timed_out
