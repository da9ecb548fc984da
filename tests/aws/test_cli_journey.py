"""The AWS CLI as a person uses it: events, sqs, sns and logs against one windsock."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from tests.aws.conftest import AwsCli, cli_environment

from windsock.testing import Server

Aws = Callable[[str], AwsCli]


def test_an_event_goes_to_a_queue(aws: Aws, windsock: Server) -> None:
    cli = aws("444455556666")
    url = json.loads(cli("sqs", "create-queue", "--queue-name", "inbox"))["QueueUrl"]
    assert url == f"{windsock.endpoint}/444455556666/inbox"
    pattern = '{"source":["my.app"],"detail":{"state":["running",{"prefix":"re"}]}}'
    rule = json.loads(cli("events", "put-rule", "--name", "mine", "--event-pattern", pattern))
    assert rule == {"RuleArn": "arn:aws:events:us-east-1:444455556666:rule/mine"}
    target = "Id=1,Arn=arn:aws:sqs:us-east-1:444455556666:inbox"
    assert (
        json.loads(cli("events", "put-targets", "--rule", "mine", "--targets", target))["FailedEntryCount"]
        == 0
    )
    cli(
        "events",
        "put-events",
        "--entries",
        '[{"Source":"my.app","DetailType":"t","Detail":"{\\"state\\":\\"restarting\\"}"}]',
    )
    body = cli(
        "sqs",
        "receive-message",
        "--queue-url",
        url,
        "--wait-time-seconds",
        "5",
        "--query",
        "Messages[0].Body",
        "--output",
        "text",
    )
    assert json.loads(body)["detail"] == {"state": "restarting"}


def test_a_scheduled_rule_fires_on_the_virtual_clock(aws: Aws, windsock: Server) -> None:
    cli = aws("444455557777")
    now = datetime.fromisoformat(windsock.get("clock")["now"])
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    windsock.advance((midnight - now).total_seconds())
    url = json.loads(cli("sqs", "create-queue", "--queue-name", "ticks"))["QueueUrl"]
    target = "Id=1,Arn=arn:aws:sqs:us-east-1:444455557777:ticks"
    for name, expression in (("five", "rate(5 minutes)"), ("daily", "cron(0 12 * * ? *)")):
        cli("events", "put-rule", "--name", name, "--schedule-expression", expression)
        cli("events", "put-targets", "--rule", name, "--targets", target)
    windsock.advance(3600)
    words = ("--queue-url", url, "--attribute-names", "ApproximateNumberOfMessages", "--output", "text")
    assert cli("sqs", "get-queue-attributes", *words).split()[-1] == "12"
    windsock.advance(86_400 - 3600)
    assert cli("sqs", "get-queue-attributes", *words).split()[-1] == str(288 + 1)
    body = cli(
        "sqs", "receive-message", "--queue-url", url, "--query", "Messages[0].Body", "--output", "text"
    )
    event = json.loads(body)
    assert (event["detail-type"], event["source"], event["detail"]) == ("Scheduled Event", "aws.events", {})
    assert event["resources"] == ["arn:aws:events:us-east-1:444455557777:rule/five"]


def test_logs_are_followed(aws: Aws, windsock: Server) -> None:
    cli = aws("444455558888")
    cli("logs", "create-log-group", "--log-group-name", "/aws/events/all")
    cli("events", "put-rule", "--name", "all", "--event-pattern", '{"source":[{"prefix":""}]}')
    arn = "arn:aws:logs:us-east-1:444455558888:log-group:/aws/events/all"
    cli("events", "put-targets", "--rule", "all", "--targets", f"Id=1,Arn={arn}")
    put = ("events", "put-events", "--entries")
    cli(*put, '[{"Source":"my.app","DetailType":"Before","Detail":"{}"}]')
    with _followed("/aws/events/all", windsock.endpoint, "444455558888") as lines:
        assert '"detail-type":"Before"' in next(lines)
        cli(*put, '[{"Source":"my.app","DetailType":"Meanwhile","Detail":"{}"}]')
        assert '"detail-type":"Meanwhile"' in next(lines)


@contextmanager
def _followed(group: str, endpoint: str, account: str) -> Iterator[Iterator[str]]:
    """The lines of `aws logs tail --follow`, which only version 2 of the CLI has."""
    version_2 = shutil.which("aws", path="/usr/local/bin:/usr/bin")
    if version_2 is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have version 2 of the AWS CLI")
        pytest.skip("needs version 2 of the AWS CLI")
    words = ("logs", "tail", group, "--follow", "--since", "2016-12-01T00:00:00Z", "--format", "short")
    environment = {**cli_environment(account), "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [version_2, "--endpoint-url", endpoint, *words], stdout=subprocess.PIPE, text=True, env=environment
    ) as following:
        assert following.stdout is not None
        try:
            yield iter(following.stdout)
        finally:
            following.terminate()


def test_the_greetings_example_works(aws: Aws, windsock: Server) -> None:
    example = windsock.wait_for_output(r"aws (events put-events .*)\n")
    assert example is not None
    assert json.loads(aws("444455551111")(*shlex.split(example[1])))["FailedEntryCount"] == 0


def test_the_caller_is_the_account_of_the_key(aws: Aws) -> None:
    identity = json.loads(aws("444455559999")("sts", "get-caller-identity"))
    assert identity["Account"] == "444455559999"
    assert json.loads(aws("test")("sts", "get-caller-identity"))["Account"] == "000000000000"


def test_errors_are_awss(aws: Aws) -> None:
    cli = aws("444455550000")
    refused = cli("events", "put-rule", "--name", "x", "--event-pattern", '{"source":"a"}', check=False)
    assert (
        "(InvalidEventPatternException) when calling the PutRule operation: Event pattern is not valid."
        in refused
    )
    refused = cli(
        "events", "put-rule", "--name", "x", "--schedule-expression", "rate(1 minutes)", check=False
    )
    assert "(ValidationException)" in refused
    assert "Parameter ScheduleExpression is not valid." in refused
    missing = cli("sqs", "get-queue-url", "--queue-name", "nowhere", check=False)
    assert "NonExistentQueue" in missing
    absent = cli("events", "list-endpoints", check=False)
    assert "windsock does not implement events:ListEndpoints yet." in absent
