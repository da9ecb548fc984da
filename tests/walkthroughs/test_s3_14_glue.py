"""S3, row 3.14: an ETL job that fails is queued by a rule, and tried again once its cause is mended.

Also the states that job runs and crawls pass through, and what is announced of them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.aws.conftest import Client

from windsock.testing import Server

ROLE = "etl"


class Glue:
    """Glue of an account, and a queue that a rule tells of its events."""

    def __init__(self, account: str, client: Client, windsock: Server) -> None:
        self.windsock = windsock
        self.api, self.s3, self.sqs = (client(service, account) for service in ("glue", "s3", "sqs"))
        self.s3.create_bucket(Bucket=f"scripts-{account}")
        self.script = {"Bucket": f"scripts-{account}", "Key": "etl.py"}
        self.queue = self.sqs.create_queue(QueueName="events")["QueueUrl"]
        self.events = client("events", account)
        self.arn = f"arn:aws:sqs:us-east-1:{account}:events"

    def follow(self, detail_type: str, **detail: list[str]) -> None:
        """Have a rule queue the events of that type whose detail has such members."""
        pattern = {"source": ["aws.glue"], "detail-type": [detail_type], "detail": detail}
        if not detail:
            del pattern["detail"]
        self.events.put_rule(Name="glue", EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule="glue", Targets=[{"Id": "queue", "Arn": self.arn}])

    def told(self) -> list[dict[str, Any]]:
        """The events that are queued."""
        self.windsock.settle()
        found = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
        return found

    def job(self, name: str, kind: str = "glueetl", **settings: Any) -> None:
        """Make a job with the script, which is not there yet."""
        location = "s3://{Bucket}/{Key}".format(**self.script)
        self.api.create_job(
            Name=name, Role=ROLE, Command={"Name": kind, "ScriptLocation": location}, **settings
        )

    def start(self, name: str, **settings: Any) -> str:
        """Start a run."""
        return str(self.api.start_job_run(JobName=name, **settings)["JobRunId"])

    def run(self, job: str, run: str) -> dict[str, Any]:
        """A run as it is described."""
        described: dict[str, Any] = self.api.get_job_run(JobName=job, RunId=run)["JobRun"]
        return described


def test_a_failed_job_is_queued_and_retried(client: Client, windsock: Server) -> None:
    glue = Glue("731400000001", client, windsock)
    glue.follow("Glue Job State Change", state=["FAILED"])
    glue.job("nightly")
    run = glue.start("nightly", Arguments={"--day": "monday"})
    assert glue.run("nightly", run)["JobRunState"] == "STARTING"
    windsock.advance(60)
    (event,) = glue.told()
    assert event["resources"] == []
    assert event["detail"] == {
        "jobName": "nightly",
        "severity": "ERROR",
        "state": "FAILED",
        "jobRunId": run,
        "message": f"JobName:nightly and JobRunId:{run} failed to execute with exception "
        "LAUNCH ERROR | s3://scripts-731400000001/etl.py does not exist.",
    }
    failed = glue.run("nightly", run)
    assert (failed["JobRunState"], failed["ExecutionTime"]) == ("FAILED", 5)
    assert failed["ErrorMessage"].startswith("LAUNCH ERROR")

    glue.s3.put_object(**glue.script, Body=b"print('etl')")
    again = glue.start(event["detail"]["jobName"], JobRunId=event["detail"]["jobRunId"])
    windsock.advance(10)
    described = glue.run("nightly", again)
    assert (described["JobRunState"], described["PreviousRunId"]) == ("RUNNING", run)
    assert "CompletedOn" not in described
    windsock.advance(60)
    described = glue.run("nightly", again)
    assert (described["JobRunState"], described["ExecutionTime"]) == ("SUCCEEDED", 35)
    assert glue.told() == []


@pytest.mark.parametrize(
    ("account", "kind", "settings", "stop_after", "told"),
    [
        ("731400000011", "glueetl", {}, None, ("INFO", "SUCCEEDED", "Job run succeeded")),
        ("731400000012", "glueetl", {}, 10, ("INFO", "STOPPED", "Job run stopped")),
        ("731400000013", "gluestreaming", {"Timeout": 1}, None, ("WARN", "TIMEOUT", "Job run timed out")),
        ("731400000014", "gluestreaming", {}, 600, ("INFO", "STOPPED", "Job run stopped")),
    ],
)
def test_what_a_run_ends_as(
    client: Client,
    windsock: Server,
    account: str,
    kind: str,
    settings: dict[str, Any],
    stop_after: int | None,
    told: tuple[str, str, str],
) -> None:
    glue = Glue(account, client, windsock)
    glue.follow("Glue Job State Change")
    glue.job("work", kind, **settings)
    glue.s3.put_object(**glue.script, Body=b"")
    run = glue.start("work")
    if stop_after is not None:
        windsock.advance(stop_after)
        stopping = glue.api.batch_stop_job_run(JobName="work", JobRunIds=[run, "jr_none"])
        assert [each["JobRunId"] for each in stopping["SuccessfulSubmissions"]] == [run]
        assert [each["ErrorDetail"]["ErrorCode"] for each in stopping["Errors"]] == [
            "EntityNotFoundException"
        ]
    windsock.advance(120)
    (event,) = glue.told()
    detail = event["detail"]
    assert (detail["severity"], detail["state"], detail["message"]) == told
    assert glue.run("work", run)["JobRunState"] == told[1]


def test_a_job_with_retries_is_tried_again(client: Client, windsock: Server) -> None:
    glue = Glue("731400000003", client, windsock)
    glue.follow("Glue Job State Change")
    glue.job("stubborn", MaxRetries=1)
    glue.start("stubborn")
    windsock.advance(60)
    runs = glue.api.get_job_runs(JobName="stubborn")["JobRuns"]
    assert sorted((each["Attempt"], each["JobRunState"]) for each in runs) == [(0, "FAILED"), (1, "FAILED")]
    assert [event["detail"]["state"] for event in glue.told()] == ["FAILED", "FAILED"]


def test_a_crawl_is_announced(client: Client, windsock: Server) -> None:
    glue = Glue("731400000004", client, windsock)
    glue.follow("Glue Crawler State Change")
    glue.api.create_crawler(Name="spider", Role=ROLE, Targets={"S3Targets": [{"Path": "s3://data"}]})
    glue.api.start_crawler(Name="spider")
    assert glue.api.get_crawler(Name="spider")["Crawler"]["State"] == "RUNNING"
    windsock.advance(60)
    assert glue.api.get_crawler(Name="spider")["Crawler"]["State"] == "READY"
    started, succeeded = (event["detail"] for event in glue.told())
    assert (started["crawlerName"], started["state"], started["message"]) == (
        "spider",
        "Started",
        "Crawler Started",
    )
    assert (succeeded["state"], succeeded["runningTime (sec)"], succeeded["tablesCreated"]) == (
        "Succeeded",
        "30",
        "0",
    )
