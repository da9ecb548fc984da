"""S3, row 3.2: an environment that is ready starts a job of a CI server, by its topic and a function."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.walkthroughs.test_s3_publishers import Hub, allow, hub

__all__ = ["hub"]

TOPIC = {"Namespace": "aws:elasticbeanstalk:sns:topics", "OptionName": "Notification Topic ARN"}

STARTS_JOB = """
import json
import os
import urllib.request


def handler(event, context):
    lines = event["Records"][0]["Sns"]["Message"].splitlines()
    told = dict(line.split(": ", 1) for line in lines if ": " in line)
    if told["Message"].startswith("Environment health has transitioned from Pending to Ok"):
        job = {"job": "smoke-test", "environment": told["Environment"], "url": told["Environment URL"]}
        request = urllib.request.Request(os.environ["CI"], json.dumps(job).encode())
        urllib.request.urlopen(request).close()
"""


class Ci(ThreadingHTTPServer):
    """A CI server: keeps the jobs it is told to start."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.jobs: list[Any] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Ci

    def do_POST(self) -> None:
        self.server.jobs.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def ci() -> Iterator[Ci]:
    """A CI server."""
    server = Ci()
    yield server
    server.shutdown()
    server.server_close()


def test_3_2_a_new_environment_starts_a_job(hub: Callable[[str], Hub], ci: Ci) -> None:
    here = hub("730000000302")
    here.sns.set_topic_attributes(
        TopicArn=here.topic,
        AttributeName="Policy",
        AttributeValue=allow("elasticbeanstalk", "sns:Publish", here.topic),
    )
    here.function("start-job", STARTS_JOB, CI=f"http://127.0.0.1:{ci.server_port}/job")
    inbox = here.queue("inbox")
    beanstalk = here.client("elasticbeanstalk")
    beanstalk.create_application(ApplicationName="shop")
    made = beanstalk.create_environment(
        ApplicationName="shop",
        EnvironmentName="shop-production",
        SolutionStackName="64bit Amazon Linux 2023 v4.6.0 running Python 3.13",
        OptionSettings=[{**TOPIC, "Value": here.topic}],
    )
    assert (made["Status"], made["Health"], made["HealthStatus"]) == ("Launching", "Grey", "Pending")
    here.windsock.advance(30)
    assert ci.jobs == []
    here.windsock.advance(30)
    (found,) = beanstalk.describe_environments(EnvironmentNames=["shop-production"])["Environments"]
    assert (found["Status"], found["Health"], found["HealthStatus"]) == ("Ready", "Green", "Ok")
    url = "http://shop-production.us-east-1.elasticbeanstalk.com"
    assert ci.jobs == [{"job": "smoke-test", "environment": "shop-production", "url": url}]
    (message,) = here.sqs.receive_message(QueueUrl=inbox)["Messages"]
    told = json.loads(message["Body"])
    assert told["Subject"] == (
        "AWS Elastic Beanstalk Notification - Environment health has transitioned from Pending to Ok."
    )
    assert told["Message"].splitlines()[1:7] == [
        "Message: Environment health has transitioned from Pending to Ok.",
        "",
        "Environment: shop-production",
        "Application: shop",
        "",
        f"Environment URL: {url}",
    ]


def test_an_environment_is_updated_and_terminated(hub: Callable[[str], Hub]) -> None:
    here = hub("730200000002")
    beanstalk, events = here.client("elasticbeanstalk"), here.client("events")
    queue = here.sqs.create_queue(QueueName="events")["QueueUrl"]
    events.put_rule(Name="eb", EventPattern=json.dumps({"source": ["aws.elasticbeanstalk"]}))
    arn = f"arn:aws:sqs:us-east-1:{here.account}:events"
    events.put_targets(Rule="eb", Targets=[{"Id": "queue", "Arn": arn, "InputPath": "$.detail"}])
    beanstalk.create_application(ApplicationName="blog")
    beanstalk.create_environment(ApplicationName="blog", EnvironmentName="blog-env")
    with pytest.raises(ClientError, match="Must be Ready"):
        beanstalk.update_environment(EnvironmentName="blog-env", VersionLabel="v2")
    here.windsock.advance(60)
    beanstalk.update_environment(
        EnvironmentName="blog-env", VersionLabel="v2", OptionSettings=[{**TOPIC, "Value": here.topic}]
    )
    here.windsock.advance(60)
    (settings,) = beanstalk.describe_configuration_settings(
        ApplicationName="blog", EnvironmentName="blog-env"
    )["ConfigurationSettings"]
    assert settings["OptionSettings"] == [{**TOPIC, "Value": here.topic}]
    assert settings["DeploymentStatus"] == "deployed"
    assert beanstalk.terminate_environment(EnvironmentName="blog-env")["Status"] == "Terminating"
    here.windsock.advance(60)
    assert beanstalk.describe_environments(ApplicationName="blog")["Environments"] == []
    (gone,) = beanstalk.describe_environments(IncludeDeleted=True)["Environments"]
    assert (gone["Status"], gone["VersionLabel"]) == ("Terminated", "v2")

    told = [event["Message"] for event in beanstalk.describe_events(ApplicationName="blog")["Events"]]
    assert told == [
        "terminateEnvironment completed successfully.",
        "terminateEnvironment is starting.",
        "Environment health has transitioned from Info to Ok.",
        "Environment update completed successfully.",
        "Environment health has transitioned from Ok to Info.",
        "Environment update is starting.",
        "Environment health has transitioned from Pending to Ok.",
        "createEnvironment completed successfully.",
        "createEnvironment is starting.",
    ]
    received = here.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    statuses = {json.loads(message["Body"])["Status"] for message in received}
    assert {"Environment creation successful", "Environment health changed"} <= statuses


def test_topics_are_not_made_for_endpoints(hub: Callable[[str], Hub]) -> None:
    beanstalk = hub("730200000003").client("elasticbeanstalk")
    beanstalk.create_application(ApplicationName="mail")
    option = {**TOPIC, "OptionName": "Notification Endpoint", "Value": "someone@example.com"}
    with pytest.raises(ClientError) as caught:
        beanstalk.create_environment(
            ApplicationName="mail", EnvironmentName="mail-env", OptionSettings=[option]
        )
    assert caught.value.response["Error"]["Code"] == "NotImplemented"
    assert beanstalk.describe_environments()["Environments"] == []
