"""S3, row 3.12: an endpoint that fails its health check is shown as unhealthy on a status page.

Route 53 asks the endpoint, its metric raises an alarm, the alarm tells a topic, a function writes the row.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import Client
from tests.walkthroughs.test_s3_publishers import Hub, hub

from windsock.testing import Server

__all__ = ["hub"]


class Endpoint(ThreadingHTTPServer):
    """A web server whose health is settable; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.asked: list[tuple[str, str, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["host"], self.headers["user-agent"]))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"all is well")

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A web server."""
    server = Endpoint()
    yield server
    server.close()


WRITES_ROW = """
import json

import boto3


def handler(event, context):
    alarm = json.loads(event["Records"][0]["Sns"]["Message"])
    (check,) = [each["value"] for each in alarm["Trigger"]["Dimensions"] if each["name"] == "HealthCheckId"]
    status = "unhealthy" if alarm["NewStateValue"] == "ALARM" else "healthy"
    boto3.client("dynamodb").put_item(
        TableName="status-page", Item={"check": {"S": check}, "status": {"S": status}}
    )
"""


def make_check(route53: Any, endpoint: Endpoint, kind: str = "HTTP", **config: Any) -> str:
    """A health check of an endpoint, asked every ten seconds; its id."""
    made = route53.create_health_check(
        CallerReference=kind,
        HealthCheckConfig={
            "Type": kind,
            "IPAddress": "127.0.0.1",
            "Port": endpoint.server_port,
            "RequestInterval": 10,
            "FailureThreshold": 3,
            **config,
        },
    )
    return str(made["HealthCheck"]["Id"])


def status_of(route53: Any, check: str) -> str:
    """What the latest answer of an endpoint was."""
    found = route53.get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]
    return str(found[0]["StatusReport"]["Status"])


def test_3_12_the_status_page_shows_an_endpoint_that_is_down(
    hub: Callable[[str], Hub], endpoint: Endpoint
) -> None:
    here = hub("730000000312")
    here.function("status-page", WRITES_ROW)
    route53, cloudwatch, dynamodb = (here.client(name) for name in ("route53", "cloudwatch", "dynamodb"))
    dynamodb.create_table(
        TableName="status-page",
        KeySchema=[{"AttributeName": "check", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "check", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    check = make_check(route53, endpoint, FullyQualifiedDomainName="shop.example.com", ResourcePath="/health")
    cloudwatch.put_metric_alarm(
        AlarmName="endpoint",
        Namespace="AWS/Route53",
        MetricName="HealthCheckStatus",
        Dimensions=[{"Name": "HealthCheckId", "Value": check}],
        Statistic="Minimum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        AlarmActions=[here.topic],
        OKActions=[here.topic],
    )

    def row() -> str | None:
        item = dynamodb.get_item(TableName="status-page", Key={"check": {"S": check}}).get("Item")
        return None if item is None else str(item["status"]["S"])

    here.windsock.advance(180)
    assert status_of(route53, check) == "Success: HTTP Status Code 200, OK"
    path, host, agent = endpoint.asked[0]
    assert (path, host) == ("/health", f"shop.example.com:{endpoint.server_port}")
    assert agent == f"Amazon-Route53-Health-Check-Service (ref {check})"
    assert row() == "healthy"

    endpoint.status = 503
    here.windsock.advance(20)
    assert status_of(route53, check) == "Failure: HTTP Status Code 503, Service Unavailable"
    assert row() == "healthy"  # three failures in a row make it unhealthy
    here.windsock.advance(180)
    assert row() == "unhealthy"

    endpoint.status = 200
    here.windsock.advance(240)
    assert row() == "healthy"
    reason = route53.get_health_check_last_failure_reason(HealthCheckId=check)["HealthCheckObservations"]
    assert reason[0]["StatusReport"]["Status"] == "Failure: HTTP Status Code 503, Service Unavailable"

    route53.delete_health_check(HealthCheckId=check)
    asked = len(endpoint.asked)
    here.windsock.advance(60)
    assert len(endpoint.asked) == asked
    with pytest.raises(ClientError) as caught:
        status_of(route53, check)
    assert caught.value.response["Error"]["Code"] == "NoSuchHealthCheck"


@pytest.mark.parametrize(
    ("kind", "config", "listening", "starts"),
    [
        ("HTTP_STR_MATCH", {"SearchString": "is well"}, True, "Success: HTTP Status Code 200"),
        ("HTTP_STR_MATCH", {"SearchString": "is not well"}, True, "Failure: HTTP Status Code 200"),
        ("TCP", {}, True, "Success: TCP"),
        ("TCP", {}, False, "Failure: "),
        ("HTTP", {}, False, "Failure: "),
        ("HTTPS", {}, True, "Failure: "),
    ],
)
def test_how_endpoints_are_asked(
    client: Client,
    windsock: Server,
    endpoint: Endpoint,
    kind: str,
    config: dict[str, Any],
    listening: bool,
    starts: str,
) -> None:
    route53 = client("route53", "731200000002")
    if not listening:
        with socket.create_server(("127.0.0.1", 0)) as free:
            config = {**config, "Port": free.getsockname()[1]}
    check = make_check(route53, endpoint, kind, **config)
    windsock.settle()
    assert status_of(route53, check).startswith(starts)
    route53.update_health_check(HealthCheckId=check, Disabled=True)
    windsock.settle()
    asked = len(endpoint.asked)
    windsock.advance(60)
    assert len(endpoint.asked) == asked


def test_a_check_names_its_endpoint(client: Client) -> None:
    with pytest.raises(ClientError) as caught:
        client("route53", "731200000004").create_health_check(
            CallerReference="nowhere", HealthCheckConfig={"Type": "TCP", "Port": 25}
        )
    assert caught.value.response["Error"]["Code"] == "InvalidInput"


def test_a_check_of_other_checks_has_no_endpoint(client: Client, windsock: Server) -> None:
    route53 = client("route53", "731200000003")
    made = route53.create_health_check(
        CallerReference="both",
        HealthCheckConfig={"Type": "CALCULATED", "HealthThreshold": 1, "ChildHealthChecks": ["a", "b"]},
    )
    with pytest.raises(ClientError) as caught:
        status_of(route53, made["HealthCheck"]["Id"])
    assert caught.value.response["Error"]["Code"] == "InvalidInput"
