"""Functions for the tests, run by a runner that runs nothing, and a server that HTTP Tasks reach."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ScriptedRunner

from windsock.engine.http_client import HttpAnswer, HttpClient, HttpFailure, HttpRequest
from windsock.services.lambda_.runs import FunctionRuns


@pytest.fixture
def runner(driver: Driver) -> ScriptedRunner:
    scripted = ScriptedRunner()
    driver.engine.part(FunctionRuns).use(scripted)
    return scripted


@pytest.fixture
def web_server(monkeypatch: pytest.MonkeyPatch) -> list[HttpRequest]:
    """The requests that a server got, which it answered with the status that their path is."""
    requests: list[HttpRequest] = []

    async def send(_: HttpClient, request: HttpRequest, timeout_s: float) -> HttpAnswer:
        requests.append(request)
        status = int(urlsplit(request.url).path[1:])
        if not status:
            raise HttpFailure("ConnectionError: refused", timed_out=False)
        return HttpAnswer(status, {"content-type": "application/json", "x-own": "1"}, b'{"id": 7}')

    monkeypatch.setattr(HttpClient, "send", send)
    return requests
