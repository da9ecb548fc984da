"""What people get for tests of their own: the fixtures, run by a pytest of its own, as they would."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from windsock.testing import Refused, Server, ServerEnded, start

# A person's test file. The fixtures come by themselves where windsock is installed; here by name.
FIXTURES = "from windsock.pytest_plugin import windsock, windsock_server\n"
TESTS = """
import json, os
import boto3

def put_order(total):
    # Code under test: it knows nothing of windsock.
    detail = json.dumps({"total": total})
    entry = {"Source": "shop", "DetailType": "Order", "Detail": detail}
    return boto3.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"]

def rule_with_queue(windsock):
    queue = windsock.client("sqs").create_queue(QueueName="large")["QueueUrl"]
    events = windsock.client("events")
    pattern = {"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}}
    events.put_rule(Name="large", EventPattern=json.dumps(pattern))
    arn = f"arn:aws:sqs:us-east-1:{windsock.number}:large"
    events.put_targets(Rule="large", Targets=[{"Id": "queue", "Arn": arn}])
    return queue

def test_large_orders(windsock):
    queue = rule_with_queue(windsock)
    small, large = put_order(5), put_order(500)
    windsock.settle()
    assert "total" in windsock.why(small, "large")
    (way,) = windsock.way_of(large)
    assert [each["state"] for each in way["deliveries"]] == ["done"]
    (message,) = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["detail"] == {"total": 500}

def test_each_test_has_an_account_of_its_own(windsock):
    assert boto3.client("events").list_rules()["Rules"] == []
    assert boto3.client("sts").get_caller_identity()["Account"] == windsock.number
    assert windsock.events() == []

def test_a_night(windsock):
    events = windsock.client("events")
    events.put_rule(Name="nightly", ScheduleExpression="cron(0 2 * * ? *)")
    windsock.advance("3d")
    assert [each["event"]["detail-type"] for each in windsock.events()] == ["Scheduled Event"] * 3

def test_what_iam_would_say(windsock):
    iam = windsock.client("iam")
    iam.create_user(UserName="ada")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    boto3.client(
        "sqs", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    ).create_queue(QueueName="jobs")
    assert [each["action"] for each in windsock.denied()] == ["sqs:CreateQueue"]
"""


def test_the_fixtures_serve_a_persons_tests(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(FIXTURES)
    (tmp_path / "test_orders.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_time_is_moved_by_spans_and_deltas(windsock: Server) -> None:
    before = windsock.advance(0)["now"]
    assert before < windsock.advance("1h30m")["now"] < windsock.advance(timedelta(days=1))["now"]


def test_what_windsock_refuses_is_said() -> None:
    with (
        start("--memory", "--clock", "real", env={}) as server,
        pytest.raises(Refused, match="clock is real"),
    ):
        server.advance("1h")


def test_a_windsock_that_cannot_start_says_why() -> None:
    with pytest.raises(ServerEnded, match="neither 'real' nor"):
        start("--clock", "sundial", env={})
