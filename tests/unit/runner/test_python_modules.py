"""What Python functions find without bringing it: boto3, cfnresponse, and windsock for an old boto3."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.unit.runner.functions import Receiver, function, package, run

from windsock.runner.processes import ProcessRunner

OWN = f"python3.{sys.version_info.minor}"

# The function of AWS's post about high-resolution ECS metrics, its text unchanged.
WRITE_METRIC = Path("tests/data/function_write_metric.py.txt").read_text()

RECORDING_BOTO3 = """
class Client:
    def __init__(self, service):
        self.service = service
    def describe_clusters(self, clusters):
        return {"clusters": [{"clusterName": clusters[0], "runningTasksCount": 3, "pendingTasksCount": 2,
                              "activeServicesCount": 1, "registeredContainerInstancesCount": 4}]}
    def put_metric_data(self, **args):
        print(self.service, args["Namespace"], [datum["Value"] for datum in args["MetricData"]])

def client(service):
    return Client(service)
"""


async def test_the_function_that_writes_high_resolution_metrics(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    files = {"index.py": WRITE_METRIC, "boto3.py": RECORDING_BOTO3}
    code = function(package(tmp_path, files), "python3.6", "index.handler", memory_mb=128)
    ran = await run(runner, code, {"ECSClusterName": "ECSEsgaroth"})
    assert (ran.result, ran.error) == (None, "")
    assert ran.output == [
        "Got boto3 client objects",
        "Retrieved cluster details from ECS",
        "cloudwatch ECS [3, 2, 1, 4]",
        "Finished writing metric data",
    ]


async def test_boto3_is_there_and_uses_the_endpoint(runner: ProcessRunner, tmp_path: Path) -> None:
    text = "import boto3\ndef handler(event, context):\n    return boto3.client('sqs').meta.endpoint_url\n"
    reserved = {
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4321",
        "AWS_ACCESS_KEY_ID": "ASIA0",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_SESSION_TOKEN": "t",
    }
    code = function(package(tmp_path, {"index.py": text}), OWN, "index.handler", reserved=reserved)
    assert (await run(runner, code)).result == "http://127.0.0.1:4321"


OLD_SESSION = """
class Session:
    def create_client(self, service_name, region_name=None, api_version=None, use_ssl=True, verify=None,
                      endpoint_url=None):
        return endpoint_url
"""

ASKS_OLD = """
import botocore.session

def handler(event, context):
    session = botocore.session.Session()
    return [session.create_client("sqs"), session.create_client("sqs", endpoint_url=None),
            session.create_client("sqs", endpoint_url="http://own"),
            session.create_client("sqs", None, None, True, None, "http://own")]
"""


@pytest.mark.parametrize(("version", "given"), [("1.17.1", "http://windsock"), ("1.31.0", None)])
async def test_an_old_boto3_is_given_the_endpoint(
    runner: ProcessRunner, tmp_path: Path, version: str, given: str | None
) -> None:
    files = {
        "botocore/__init__.py": f"__version__ = '{version}'\n",
        "botocore/session.py": OLD_SESSION,
        "index.py": ASKS_OLD,
    }
    reserved = {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://windsock"}
    code = function(package(tmp_path, files), OWN, "index.handler", reserved=reserved)
    assert (await run(runner, code)).result == [given, given, "http://own", "http://own"]


CUSTOM_RESOURCE = """
import cfnresponse

def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"UUID": "u"}, "its-id")
"""


async def test_cfnresponse_answers_cloudformation(
    runner: ProcessRunner, tmp_path: Path, receiver: Receiver
) -> None:
    code = function(package(tmp_path, {"index.py": CUSTOM_RESOURCE}), "python3.6", "index.handler")
    ran = await run(runner, code, receiver.request())
    assert ran.error == ""
    assert receiver.bodies == [
        {
            "Status": "SUCCESS",
            "Reason": f"See the details in CloudWatch Log Stream: {ran.outcome.log_stream}",
            "PhysicalResourceId": "its-id",
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "Custom",
            "NoEcho": False,
            "Data": {"UUID": "u"},
        }
    ]
