"""windsock's own paths, through the ASGI application."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import make_function, zipped

from windsock.engine.engine import Engine
from windsock.gateway.asgi import Gateway
from windsock.kernel.clock import RealClock


@dataclass
class Told:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Awaitable[Told]]


def asking(engine: Engine) -> Ask:
    """A client of the application itself: `await ask("GET", "/_windsock/health")`."""
    gateway = Gateway(engine)

    async def ask(method: str, target: str, body: bytes = b"", **headers: str) -> Told:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                (name.encode(), value.encode()) for name, value in {"host": "localhost:1", **headers}.items()
            ],
            "client": ("127.0.0.1", 1),
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await gateway(scope, receive, send)
        start, end = sent
        answered = {name.decode(): value.decode() for name, value in start["headers"]}
        return Told(start["status"], answered, end["body"])

    return ask


@pytest.fixture
def ask(driver: Driver) -> Ask:
    return asking(driver.engine)


async def error(
    ask: Ask, method: str, target: str, body: bytes = b"", **headers: str
) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    told = await ask(method, target, body, **headers)
    assert told.headers["content-type"] == "application/json"
    return told.status, told.json["code"], told.json["message"]


async def test_health_says_the_version(ask: Ask) -> None:
    told = await ask("GET", "/_windsock/health")
    assert (told.status, told.json["status"]) == (200, "ok")


async def test_metrics_are_prometheus_text(ask: Ask, driver: Driver) -> None:
    await driver("sts", "GetCallerIdentity")
    told = await ask("GET", "/_windsock/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    counted = b'windsock_calls_total{code="OK",operation="GetCallerIdentity",service="sts"} 1.0'
    assert counted in told.body


class TestPaths:
    async def test_an_unknown_one_lists_those_there_are(self, ask: Ask) -> None:
        status, code, message = await error(ask, "GET", "/_windsock/nothing")
        assert (status, code) == (404, "NotFound")
        assert message.startswith("There is no /_windsock/nothing. There are: accounts, accounts/keys,")

    async def test_the_wrong_method_names_the_right_one(self, ask: Ask) -> None:
        assert await error(ask, "POST", "/_windsock/health") == (
            405,
            "MethodNotAllowed",
            "/_windsock/health takes GET, not POST.",
        )
        assert (await error(ask, "GET", "/_windsock/clock/advance"))[0] == 405

    async def test_the_place_itself_is_one(self, ask: Ask) -> None:
        assert (await error(ask, "GET", "/_windsock"))[:2] == (404, "NotFound")

    async def test_head_is_taken_as_get(self, ask: Ask) -> None:
        assert (await ask("HEAD", "/_windsock/health")).status == 200


class TestWebPages:
    @pytest.mark.parametrize(
        "host",
        ["localhost:4566", "127.0.0.1", "[::1]:4566", "10.1.2.3:80", "windsock:4566", "a.localhost", ""],
    )
    async def test_names_nobody_else_can_give_are_taken(self, ask: Ask, host: str) -> None:
        assert (await ask("GET", "/_windsock/clock", host=host)).status == 200

    @pytest.mark.parametrize(
        "host", ["evil.example:4566", "localhost.evil.example", "127.0.0.1.evil.example"]
    )
    @pytest.mark.parametrize(("method", "path"), [("POST", "clock/advance"), ("GET", "events")])
    async def test_names_somebody_may_point_here_are_refused(
        self, ask: Ask, host: str, method: str, path: str
    ) -> None:
        status, code, message = await error(ask, method, f"/_windsock/{path}", host=host)
        assert (status, code) == (403, "Forbidden")
        assert message.startswith(host.partition(":")[0])

    async def test_a_page_of_another_origin_is_refused(self, ask: Ask) -> None:
        refused = await error(ask, "GET", "/_windsock/events", origin="http://localhost:3000")
        assert refused == (403, "Forbidden", "Pages of other sites may not use this.")
        assert (await ask("GET", "/_windsock/events", origin="http://localhost:1")).status == 200

    async def test_the_certificate_is_for_everybody(self, ask: Ask) -> None:
        path = "/_windsock/sns/SimpleNotificationService-0.pem"
        told = await ask("GET", path, host="elsewhere.example", origin="http://elsewhere.example")
        assert told.body.startswith(b"-----BEGIN CERTIFICATE-----")


class TestClock:
    async def test_is_shown(self, ask: Ask) -> None:
        told = await ask("GET", "/_windsock/clock")
        assert told.json == {"now": "2017-01-02T00:00:00+00:00", "virtual": True}

    async def test_is_advanced(self, ask: Ask) -> None:
        told = await ask("POST", "/_windsock/clock/advance", b'{"seconds": 90.5}')
        assert told.json["now"] == "2017-01-02T00:01:30.500000+00:00"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"5",
            b"{}",
            b'{"seconds": "5"}',
            b'{"seconds": -1}',
            b'{"seconds": true}',
            b'{"seconds": null}',
        ],
    )
    async def test_takes_a_number_of_seconds(self, ask: Ask, body: bytes) -> None:
        status, code, message = await error(ask, "POST", "/_windsock/clock/advance", body)
        assert (status, code) == (400, "InvalidRequest")
        assert "body" in message

    async def test_ends_with_the_year_9999(self, ask: Ask) -> None:
        refused = await error(ask, "POST", "/_windsock/clock/advance", b'{"seconds": 1e300}')
        assert refused == (400, "InvalidRequest", "The clock cannot go beyond the year 9999.")

    async def test_a_real_one_cannot_be_moved(self, ask: Ask, driver: Driver) -> None:
        driver.engine.clock = RealClock()
        status, _, message = await error(ask, "POST", "/_windsock/clock/advance", b'{"seconds": 1}')
        assert status == 409
        assert "--clock virtual" in message


class TestEvents:
    @pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", "", "1.5", "²", "9" * 30])
    async def test_take_a_limit(self, ask: Ask, limit: str) -> None:
        refused = await error(ask, "GET", f"/_windsock/events?limit={quote(limit)}")
        assert refused == (400, "InvalidRequest", f"limit must be a number from 1 to 1000, not {limit!r}.")

    @pytest.mark.parametrize(
        "query", ["account=1", "account=abcdefghijkl", "region=nowhere", "region=us_east_1"]
    )
    @pytest.mark.parametrize("path", ["events?", "why?event=a&rule=b&"])
    async def test_take_a_scope(self, ask: Ask, path: str, query: str) -> None:
        status, code, message = await error(ask, "GET", f"/_windsock/{path}{query}")
        name, _, value = query.partition("=")
        assert (status, code) == (400, "InvalidRequest")
        assert message.startswith(f"{name} must ")
        assert message.endswith(f"not {value!r}.")

    async def test_are_told_newest_first(self, ask: Ask, driver: Driver) -> None:
        for n in range(3):
            entry = {"Source": "door", "DetailType": str(n), "Detail": "{}"}
            await driver("events", "PutEvents", Entries=[entry])
        told = await ask("GET", "/_windsock/events?limit=2")
        assert [each["event"]["detail-type"] for each in told.json["events"]] == ["2", "1"]
        other = await ask("GET", "/_windsock/events?account=111122223333&region=eu-west-1")
        assert other.json == {"events": []}

    async def test_one_that_is_not_there(self, ask: Ask) -> None:
        assert await error(ask, "GET", "/_windsock/events?id=a") == (
            404,
            "NotFound",
            "The journal of account 000000000000, region us-east-1 has no event a.",
        )

    async def test_why_says_what_it_needs(self, ask: Ask) -> None:
        status, code, message = await error(ask, "GET", "/_windsock/why?event=a")
        assert (status, code) == (400, "InvalidRequest")
        assert "?event=ID&rule=NAME" in message
        status, code, message = await error(ask, "GET", "/_windsock/why?event=a&rule=b")
        assert (status, code) == (404, "NotFound")


async def test_mails_are_told_in_the_order_they_came(ask: Ask, driver: Driver) -> None:
    topic = (await driver("sns", "CreateTopic", Name="news"))["TopicArn"]
    for reader in ("a@example.com", "b@example.com"):
        await driver("sns", "Subscribe", TopicArn=topic, Protocol="email", Endpoint=reader)
        await driver.settle()
    told = (await ask("GET", "/_windsock/mails")).json["mails"]
    assert [each["to"] for each in told] == ["a@example.com", "b@example.com"]
    assert told[0]["subject"] == "AWS Notification - Subscription Confirmation"
    only = (await ask("GET", "/_windsock/mails?to=a@example.com")).json["mails"]
    assert [each["to"] for each in only] == ["a@example.com"]


async def test_text_messages_are_told_that_the_sandbox_sends_its_codes_by(ask: Ask, driver: Driver) -> None:
    await driver("sns", "Publish", PhoneNumber="+15555550100", Message="hello")
    await driver("sns", "CreateSMSSandboxPhoneNumber", PhoneNumber="+15555550101")
    told = (await ask("GET", "/_windsock/pushes")).json["pushes"]
    assert [(each["by"], each["to"]) for each in told] == [("sms", "+15555550100"), ("sms", "+15555550101")]
    [code] = (await ask("GET", f"/_windsock/pushes?to={quote('+15555550101')}")).json["pushes"]
    password = code["text"].removeprefix("Your verification code is ")
    number = {"PhoneNumber": "+15555550101", "OneTimePassword": password}
    await driver("sns", "VerifySMSSandboxPhoneNumber", **number)
    numbers = (await driver("sns", "ListSMSSandboxPhoneNumbers"))["PhoneNumbers"]
    assert numbers == [{"PhoneNumber": "+15555550101", "Status": "Verified"}]


class TestPackages:
    async def test_the_code_of_a_function(self, ask: Ask, driver: Driver) -> None:
        package = zipped(index="def handler(event, context): return event")
        await make_function(driver, Code={"ZipFile": package})
        code = (await driver("lambda", "GetFunction", FunctionName="work"))["Code"]
        path = urlsplit(code["Location"]).path
        told = await ask("GET", path)
        assert (told.status, told.headers["content-type"], told.body) == (200, "application/zip", package)
        status, name, _ = await error(ask, "POST", path)
        assert (status, name) == (405, "MethodNotAllowed")

    async def test_one_that_is_not_there(self, ask: Ask) -> None:
        sha256 = "0" * 64
        path = f"/_windsock/lambda/packages/000000000000/us-east-1/{sha256}"
        assert await error(ask, "GET", path) == (
            404,
            "NotFound",
            f"No function or layer of account 000000000000, region us-east-1 has the package {sha256}.",
        )


async def test_a_health_event_is_put_in_for_an_account(driver: Driver, ask: Ask) -> None:
    event = {
        "detail": {"service": "EBS", "eventTypeCode": "AWS_EBS_VOLUME_LOST", "eventTypeCategory": "issue"}
    }
    told = await ask(
        "POST",
        "/_windsock/health-events?account=111111111111&region=eu-west-1",
        json.dumps(event).encode(),
        **{"content-type": "application/json"},
    )
    assert told.status == 200
    assert told.json["eventArn"].startswith("arn:aws:health:eu-west-1::event/EBS/AWS_EBS_VOLUME_LOST/")
    found = await driver("health", "DescribeEvents", account="111111111111")
    assert [each["arn"] for each in found["events"]] == [told.json["eventArn"]]


async def test_a_health_event_without_detail_is_refused(ask: Ask) -> None:
    told = await ask("POST", "/_windsock/health-events", b"{}", **{"content-type": "application/json"})
    assert (told.status, told.json["message"]) == (400, "The event has no detail.")


async def test_what_services_measure_is_reported(driver: Driver) -> None:
    ask = asking(driver.engine)
    datum = {"MetricName": "ConnectionState", "Value": 0}
    told = await ask(
        "POST",
        "/_windsock/service-metrics?account=111122223333&region=eu-west-1",
        json.dumps({"Namespace": "AWS/DX", "MetricData": [datum]}).encode(),
    )
    assert told.status == 200
    where = {"account": "111122223333", "region": "eu-west-1"}
    metrics = (await driver("cloudwatch", "ListMetrics", Namespace="AWS/DX", **where))["Metrics"]
    assert [metric["MetricName"] for metric in metrics] == ["ConnectionState"]
    refused = await ask(
        "POST",
        "/_windsock/service-metrics",
        json.dumps({"Namespace": "mine", "MetricData": [datum]}).encode(),
    )
    assert (refused.status, refused.json["code"]) == (400, "ValidationException")
    nothing = {"Namespace": "AWS/DX", "MetricData": [{**datum, "Value": None}]}
    refused = await ask("POST", "/_windsock/service-metrics", json.dumps(nothing).encode())
    assert (refused.status, refused.json["code"]) == (400, "MissingParameter")
