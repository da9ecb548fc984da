"""Tasks that send requests: to any server with a connection, and to an API."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.stepfunctions.states_helpers import chain, failure, output, run, task

from windsock.engine.http_client import HttpRequest

SHOP = "https://shop.example.com"


@pytest.fixture
async def connection(driver: Driver) -> str:
    """The ARN of a connection that adds a password."""
    basic = {"BasicAuthParameters": {"Username": "ann", "Password": "hidden"}}
    answer = await driver(
        "events", "CreateConnection", Name="c", AuthorizationType="BASIC", AuthParameters=basic
    )
    return str(answer["ConnectionArn"])


def request(connection: str, status: int, **parameters: Any) -> dict[str, Any]:
    """An HTTP Task that is answered with a status."""
    given = {
        "ApiEndpoint": f"{SHOP}/{status}",
        "Method": "POST",
        "Authentication": {"ConnectionArn": connection},
        **parameters,
    }
    return task("http:invoke", Parameters=given)


async def test_an_answer_is_the_result(
    driver: Driver, web_server: list[HttpRequest], connection: str
) -> None:
    execution = await run(driver, chain(request(connection, 201, RequestBody={"item": "socks"})))
    assert await output(driver, execution) == {
        "Headers": {"content-type": ["application/json"], "x-own": ["1"]},
        "ResponseBody": {"id": 7},
        "StatusCode": 201,
        "StatusText": "Created",
    }
    (sent,) = web_server
    assert (sent.method, sent.url, sent.body) == ("POST", f"{SHOP}/201", b'{"item":"socks"}')
    assert sent.headers["Authorization"] == "Basic YW5uOmhpZGRlbg=="


@pytest.mark.parametrize(
    ("form", "body"),
    [
        (None, b"n=1&tags%5B0%5D=a&tags%5B1%5D=b+c"),
        ("REPEAT", b"n=1&tags=a&tags=b+c"),
        ("COMMAS", b"n=1&tags=a%2Cb+c"),
        ("BRACKETS", b"n=1&tags%5B%5D=a&tags%5B%5D=b+c"),
    ],
)
async def test_a_body_as_a_form(
    driver: Driver, web_server: list[HttpRequest], connection: str, form: str | None, body: bytes
) -> None:
    transform: dict[str, Any] = {"RequestBodyEncoding": "URL_ENCODED"}
    if form is not None:
        transform["RequestEncodingOptions"] = {"ArrayFormat": form}
    given = {"n": 1, "tags": ["a", "b c"]}
    await run(driver, chain(request(connection, 200, RequestBody=given, Transform=transform)))
    (sent,) = web_server
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert sent.body == body


@pytest.mark.parametrize(
    ("status", "error"), [(503, "States.Http.StatusCode.503"), (0, "States.Http.Socket")]
)
async def test_what_is_no_success_can_be_tried_again(
    driver: Driver, web_server: list[HttpRequest], connection: str, status: int, error: str
) -> None:
    again = [{"ErrorEquals": [error], "IntervalSeconds": 1, "MaxAttempts": 2}]
    execution = await run(driver, chain({**request(connection, status), "Retry": again}), seconds=10)
    assert (await failure(driver, execution))[0] == error
    assert len(web_server) == 3


async def test_a_connection_that_is_not_there(driver: Driver, web_server: list[HttpRequest]) -> None:
    gone = "arn:aws:events:us-east-1:000000000000:connection/gone/00000000-0000-0000-0000-000000000000"
    execution = await run(driver, chain(request(gone, 200)))
    assert (await failure(driver, execution))[0] == "Events.ConnectionResource.InvalidConnectionState"
    assert web_server == []


async def test_an_api(driver: Driver, web_server: list[HttpRequest]) -> None:
    parameters = {
        "ApiEndpoint": "abc123.execute-api.us-east-1.amazonaws.com",
        "Stage": "200",
        "Method": "PUT",
        "Headers": {"X-Item": ["a", "b"]},
        "QueryParameters": {"page": ["2"]},
        "RequestBody": {"n": 1},
    }
    execution = await run(driver, chain(task("apigateway:invoke", Parameters=parameters)))
    assert (await output(driver, execution))["ResponseBody"] == {"id": 7}
    (sent,) = web_server
    assert sent.method == "PUT"
    assert sent.url == "https://abc123.execute-api.us-east-1.amazonaws.com/200?page=2"
    assert (sent.headers["X-Item"], sent.body) == ("a,b", b'{"n":1}')


async def test_an_api_that_refuses(driver: Driver, web_server: list[HttpRequest]) -> None:
    parameters = {"ApiEndpoint": "a.execute-api.us-east-1.amazonaws.com", "Path": "/404", "Method": "GET"}
    execution = await run(driver, chain(task("apigateway:invoke", Parameters=parameters)))
    assert await failure(driver, execution) == ("ApiGateway.404", '{"id":7}')
