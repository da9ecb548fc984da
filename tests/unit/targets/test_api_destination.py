"""API destinations as targets: the request a web server gets, and what its answers lead to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from tests.conftest import Driver

from windsock.engine.tables import tasks
from windsock.kernel.errors import AwsError

ROLE = "arn:aws:iam::000000000000:role/r"
DLQ = "arn:aws:sqs:us-east-1:000000000000:dlq"
BASIC = {"BasicAuthParameters": {"Username": "me", "Password": "secret"}}


class Server:
    """A web server that notes what it is sent and answers as it is told: statuses, then 200."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.tokens = 0
        self.token_requests: list[dict[str, Any]] = []
        self.expires_in: Any = 3600
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        noted = {
            "method": request.method,
            "path": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": await request.text(),
        }
        if request.path == "/token":
            self.token_requests.append(noted)
            self.tokens += 1
            return web.json_response({"access_token": f"t{self.tokens}", "expires_in": self.expires_in})
        self.requests.append(noted)
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.Response(status=status, headers=headers)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    it = Server()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", it.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    it.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield it
    await runner.cleanup()


async def prepare(
    driver: Driver,
    server: Server,
    *,
    kind: str = "BASIC",
    auth: dict[str, Any] | None = None,
    path: str = "/hook",
    rate: int = 300,
    target: dict[str, Any] | None = None,
) -> None:
    """A rule for everything of `mine` whose target is an API destination, with a dead-letter queue."""
    await driver("sqs", "CreateQueue", QueueName="dlq")
    connection = await driver(
        "events", "CreateConnection", Name="c", AuthorizationType=kind, AuthParameters=auth or BASIC
    )
    await driver.settle()
    destination = await driver(
        "events",
        "CreateApiDestination",
        Name="d",
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint=server.url + path,
        HttpMethod="POST",
        InvocationRateLimitPerSecond=rate,
    )
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["mine"]}')
    given = {
        "Id": "1",
        "Arn": destination["ApiDestinationArn"],
        "RoleArn": ROLE,
        "DeadLetterConfig": {"Arn": DLQ},
        **(target or {}),
    }
    await driver("events", "PutTargets", Rule="r", Targets=[given])


async def put(driver: Driver, number: int = 1) -> None:
    entry = {"Source": "mine", "DetailType": "t", "Detail": '{"id": "a/b", "n": 1}'}
    await driver("events", "PutEvents", Entries=[entry] * number)
    await driver.settle()


async def dead_letters(driver: Driver) -> list[dict[str, str]]:
    answer = await driver(
        "sqs", "ReceiveMessage", QueueUrl="/000000000000/dlq", MessageAttributeNames=["All"]
    )
    return [
        {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
        for message in answer.get("Messages", ())
    ]


async def test_the_request_is_the_documented_one(driver: Driver, server: Server) -> None:
    await prepare(driver, server)
    await put(driver)
    (request,) = server.requests
    assert request["method"] == "POST"
    assert request["path"] == "/hook"
    assert json.loads(request["body"])["detail"] == {"id": "a/b", "n": 1}
    host = server.url.removeprefix("http://")
    assert request["headers"] == {
        "user-agent": "Amazon/EventBridge/ApiDestinations",
        "content-type": "application/json; charset=utf-8",
        "range": "bytes=0-1048575",
        "accept-encoding": "gzip,deflate",
        "connection": "close",
        "content-length": str(len(request["body"])),
        "host": host,
        "authorization": "Basic bWU6c2VjcmV0",
    }


async def test_parameters_of_target_and_connection(driver: Driver, server: Server) -> None:
    auth = {
        "ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "k"},
        "InvocationHttpParameters": {
            "HeaderParameters": [{"Key": "x-both", "Value": "connection"}],
            "QueryStringParameters": [{"Key": "both", "Value": "connection"}],
            "BodyParameters": [{"Key": "added", "Value": "yes"}],
        },
    }
    http = {
        "PathParameterValues": ["$.detail.id", "plain"],
        "HeaderParameters": {"X-Both": "target", "x-n": "$.detail.n", "user-agent": "mine", "Via": "me"},
        "QueryStringParameters": {"both": "target", "own": "$.source"},
    }
    target = {"HttpParameters": http, "InputPath": "$.detail"}
    await prepare(driver, server, kind="API_KEY", auth=auth, path="/a/*/b/*?fixed=1", target=target)
    await put(driver)
    (request,) = server.requests
    assert request["path"] == "/a/a%2Fb/b/plain?fixed=1&both=connection&own=mine"
    assert json.loads(request["body"]) == {"id": "a/b", "n": 1, "added": "yes"}
    headers = request["headers"]
    assert (headers["x-both"], headers["x-n"], headers["x-key"]) == ("connection", "1", "k")
    assert headers["user-agent"] == "Amazon/EventBridge/ApiDestinations"
    assert "via" not in headers


def oauth(server: Server, method: str = "POST", **extra: Any) -> dict[str, Any]:
    parameters = {
        "AuthorizationEndpoint": server.url + "/token",
        "HttpMethod": method,
        "ClientParameters": {"ClientID": "id", "ClientSecret": "s&t"},
        **extra,
    }
    return {"OAuthParameters": parameters}


async def test_oauth_tokens_are_kept_until_they_expire(driver: Driver, server: Server) -> None:
    await prepare(driver, server, kind="OAUTH_CLIENT_CREDENTIALS", auth=oauth(server))
    found = await driver("events", "DescribeConnection", Name="c")
    assert found["ConnectionState"] == "AUTHORIZED"
    assert found["AuthParameters"]["OAuthParameters"]["ClientParameters"] == {"ClientID": "id"}
    await put(driver, 3)
    assert {request["headers"]["authorization"] for request in server.requests} == {"Bearer t1"}
    assert [request["body"] for request in server.token_requests] == [
        "grant_type=client_credentials&client_id=id&client_secret=s%26t"
    ]
    await driver.advance(server.expires_in)
    await put(driver)
    assert server.requests[-1]["headers"]["authorization"] == "Bearer t2"


@pytest.mark.parametrize("expires_in", [None, "soon", True, "nan", [], "3600"])
async def test_a_token_whose_life_nobody_can_read_is_kept(
    driver: Driver, server: Server, expires_in: Any
) -> None:
    server.expires_in = expires_in
    await prepare(driver, server, kind="OAUTH_CLIENT_CREDENTIALS", auth=oauth(server))
    await put(driver)
    await put(driver)
    assert [request["headers"]["authorization"] for request in server.requests] == ["Bearer t1"] * 2


@pytest.mark.parametrize("status", [401, 407])
async def test_a_refused_token_is_replaced(driver: Driver, server: Server, status: int) -> None:
    await prepare(driver, server, kind="OAUTH_CLIENT_CREDENTIALS", auth=oauth(server))
    server.answers = [(status, {"Proxy-Authenticate": "x"})]
    await put(driver)
    await driver.advance(2)
    assert [each["headers"]["authorization"] for each in server.requests] == ["Bearer t1", "Bearer t2"]


async def test_oauth_parameters_and_json(driver: Driver, server: Server) -> None:
    extra = {
        "HeaderParameters": [{"Key": "Content-Type", "Value": "application/json"}],
        "QueryStringParameters": [{"Key": "tenant", "Value": "7"}],
        "BodyParameters": [{"Key": "audience", "Value": "a"}],
    }
    auth = oauth(server, "put", OAuthHttpParameters=extra)
    await prepare(driver, server, kind="OAUTH_CLIENT_CREDENTIALS", auth=auth)
    (request,) = server.token_requests
    assert (request["method"], request["path"]) == ("PUT", "/token?tenant=7")
    assert json.loads(request["body"]) == {
        "grant_type": "client_credentials",
        "client_id": "id",
        "client_secret": "s&t",
        "audience": "a",
    }


async def test_a_connection_that_gets_no_token_is_deauthorized(driver: Driver, server: Server) -> None:
    auth = oauth(server)
    auth["OAuthParameters"]["AuthorizationEndpoint"] = "http://127.0.0.1:1/token"
    await prepare(driver, server, kind="OAUTH_CLIENT_CREDENTIALS", auth=auth)
    assert (await driver("events", "DescribeConnection", Name="c"))["ConnectionState"] == "AUTHORIZING"
    await driver.advance(10)
    found = await driver("events", "DescribeConnection", Name="c")
    assert found["ConnectionState"] == "DEAUTHORIZED"
    assert found["StateReason"].startswith("The authorization endpoint cannot be reached")


@pytest.mark.parametrize("status", [401, 407, 409, 429, 500, 503])
async def test_statuses_that_are_tried_again(driver: Driver, server: Server, status: int) -> None:
    await prepare(driver, server)
    server.answers = [(status, {})]
    await put(driver)
    assert len(server.requests) == 1
    await driver.advance(1)
    assert len(server.requests) == 2
    assert await dead_letters(driver) == []


@pytest.mark.parametrize(
    ("status", "headers"), [(400, {}), (403, {}), (404, {}), (301, {}), (503, {"Retry-After": "-1"})]
)
async def test_statuses_that_are_not(
    driver: Driver, server: Server, status: int, headers: dict[str, str]
) -> None:
    await prepare(driver, server)
    server.answers = [(status, headers)]
    await put(driver)
    (letter,) = await dead_letters(driver)
    assert letter["ERROR_CODE"] == "SDK_CLIENT_ERROR"
    assert letter["ERROR_MESSAGE"] == (
        f"Unable to invoke ApiDestination endpoint: Request failed with status code {status}."
    )
    assert "EXHAUSTED_RETRY_CONDITION" not in letter


@pytest.mark.parametrize("retry_after", ["40", "Mon, 02 Jan 2017 00:00:40 GMT"])
async def test_a_server_says_when_to_come_again(driver: Driver, server: Server, retry_after: str) -> None:
    await prepare(driver, server)
    server.answers = [(429, {"Retry-After": retry_after})]
    await put(driver)
    await driver.advance(39)
    assert len(server.requests) == 1
    await driver.advance(1)
    assert len(server.requests) == 2


async def test_the_rate_is_kept_and_waiting_is_no_failed_attempt(driver: Driver, server: Server) -> None:
    await prepare(driver, server, rate=2)
    await put(driver, 10)
    assert len(server.requests) == 2
    await driver.advance(1)
    assert len(server.requests) == 4
    await driver.advance(3)
    assert len(server.requests) == 10
    rows = driver.engine.store.read(
        lambda tx: tx.rows(tasks.select().where(tasks.c.kind == "engine.delivery"))
    )
    assert {(row.state, row.attempts) for row in rows} == {("done", 1)}


async def test_a_server_that_cannot_be_reached(driver: Driver, server: Server) -> None:
    await prepare(driver, server, target={"RetryPolicy": {"MaximumRetryAttempts": 0}})
    await driver("events", "UpdateApiDestination", Name="d", InvocationEndpoint="http://127.0.0.1:1/")
    await put(driver)
    (letter,) = await dead_letters(driver)
    assert letter["ERROR_CODE"] == "SDK_CLIENT_ERROR"
    assert letter["ERROR_MESSAGE"].startswith(
        "Unable to invoke ApiDestination endpoint: API destination endpoint cannot be reached"
    )
    assert letter["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"


async def test_a_destination_that_is_gone(driver: Driver, server: Server) -> None:
    await prepare(driver, server)
    await driver("events", "DeleteApiDestination", Name="d")
    await put(driver)
    (letter,) = await dead_letters(driver)
    assert letter["ERROR_CODE"] == "NO_RESOURCE"


async def test_a_deauthorized_connection_sends_nothing(driver: Driver, server: Server) -> None:
    await prepare(driver, server)
    await driver("events", "DeauthorizeConnection", Name="c")
    await put(driver)
    (letter,) = await dead_letters(driver)
    assert letter["ERROR_CODE"] == "NO_PERMISSIONS"
    assert server.requests == []


async def test_it_needs_a_role(driver: Driver) -> None:
    arn = "arn:aws:events:us-east-1:000000000000:api-destination/d/1-2"
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["mine"]}')
    with pytest.raises(AwsError, match=f"RoleArn is required for target {arn}."):
        await driver("events", "PutTargets", Rule="r", Targets=[{"Id": "1", "Arn": arn}])
