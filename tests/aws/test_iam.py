"""IAM and STS from outside: boto3, the real AWS CLI with the commands of a published walkthrough, functions.

The commands are those of the AWS Compute post that ships the logs of RDS by scheduled tasks of ECS, with its
documents and in its order.
"""

from __future__ import annotations

import base64
import io
import json
import re
import shlex
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import BIN, Client, cli_environment

from windsock.testing import Server

ACCOUNT = "246813579246"

EVENT_ROLE = """{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
              "Service": "events.amazonaws.com"
            },
            "Action": "sts:AssumeRole"
        }
    ]
}
"""
EVENT_POLICY = """{
    "Version": "2012-10-17",
    "Statement": [
      {
          "Effect": "Allow",
          "Action": [
              "ecs:RunTask"
          ],
          "Resource": [
              "arn:aws:ecs:*::task-definition/"
          ],
          "Condition": {
              "ArnLike": {
                  "ecs:cluster": "arn:aws:ecs:*::cluster/"
              }
          }
      }
    ]
}
"""
CREATE_ROLE = (
    "aws --profile default --region us-west-2 iam create-role --role-name Test-Role "
    "--assume-role-policy-document file://event-role.json"
)
CREATE_POLICY = (
    "aws --profile default --region us-west-2 iam create-policy --policy-name test-policy "
    "--policy-document file://event-policy.json"
)
ATTACH = (
    "aws --profile default --region us-west-2 iam attach-role-policy --role-name Test-Role "
    "--policy-arn arn:aws:iam::1234567890:policy/test-policy"
)


@pytest.fixture
def shell(windsock: Server, tmp_path: Path) -> Callable[[str], str]:
    """Runs a command line of the AWS CLI, as it stands, in a directory with the post's two documents."""
    (tmp_path / "event-role.json").write_text(EVENT_ROLE)
    (tmp_path / "event-policy.json").write_text(EVENT_POLICY)
    (tmp_path / "config").write_text("[profile default]\nregion = us-west-2\n")
    environment = {
        **cli_environment(ACCOUNT),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_ENDPOINT_URL": windsock.endpoint,
    }
    # With --profile the CLI takes credentials of that profile alone.
    credentials = tmp_path / "credentials"
    credentials.write_text(f"[default]\naws_access_key_id = {ACCOUNT}\naws_secret_access_key = test\n")
    environment["AWS_SHARED_CREDENTIALS_FILE"] = str(credentials)

    def run(line: str) -> str:
        command = [str(BIN / "aws"), *shlex.split(line)[1:]]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout if done.returncode == 0 else done.stderr

    return run


def test_the_commands_of_the_post(shell: Callable[[str], str]) -> None:
    role = json.loads(shell(CREATE_ROLE))["Role"]
    assert role["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/Test-Role"
    assert role["AssumeRolePolicyDocument"] == json.loads(EVENT_ROLE)
    assert (role["RoleName"], role["Path"]) == ("Test-Role", "/")
    policy = json.loads(shell(CREATE_POLICY))["Policy"]
    assert policy["Arn"] == f"arn:aws:iam::{ACCOUNT}:policy/test-policy"
    assert (policy["DefaultVersionId"], policy["AttachmentCount"]) == ("v1", 0)
    # The post's account number has ten digits; AWS has never taken that.
    refused = shell(ATTACH)
    assert "(ValidationError)" in refused
    assert "ARN arn:aws:iam::1234567890:policy/test-policy is not valid." in refused
    assert shell(ATTACH.replace("1234567890", ACCOUNT)) == ""
    attached = json.loads(shell("aws iam list-attached-role-policies --role-name Test-Role"))
    assert attached["AttachedPolicies"] == [{"PolicyName": "test-policy", "PolicyArn": policy["Arn"]}]


def code_of(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    """The code and HTTP status of an error."""
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_documents_come_back_as_documents(client: Client) -> None:
    iam = client("iam", "135791357913")
    created = iam.create_role(RoleName="r", AssumeRolePolicyDocument=EVENT_ROLE)["Role"]
    assert created["AssumeRolePolicyDocument"] == json.loads(EVENT_ROLE)
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=EVENT_POLICY)
    assert iam.get_role_policy(RoleName="r", PolicyName="p")["PolicyDocument"] == json.loads(EVENT_POLICY)
    details = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    assert details[0]["RolePolicyList"][0]["PolicyDocument"] == json.loads(EVENT_POLICY)


def test_errors_have_their_codes_and_statuses(client: Client) -> None:
    iam = client("iam", "135791357914")
    with pytest.raises(ClientError) as caught:
        iam.get_role(RoleName="nobody")
    assert code_of(caught) == ("NoSuchEntity", 404)
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    iam.create_user(UserName="ada")
    with pytest.raises(ClientError) as caught:
        iam.create_user(UserName="ada")
    assert code_of(caught) == ("EntityAlreadyExists", 409)
    with pytest.raises(iam.exceptions.CredentialReportNotPresentException) as caught:
        iam.get_credential_report()
    assert code_of(caught) == ("ReportNotPresent", 410)
    with pytest.raises(ClientError) as caught:
        iam.generate_service_last_accessed_details(Arn="arn:aws:iam::135791357914:user/ada")
    assert code_of(caught) == ("NotImplemented", 501)


def test_lists_are_paged(client: Client) -> None:
    iam = client("iam", "135791357915")
    for number in range(5):
        iam.create_user(UserName=f"user-{number}", Path="/p/")
    pages = iam.get_paginator("list_users").paginate(PathPrefix="/p/", PaginationConfig={"PageSize": 2})
    assert [[user["UserName"] for user in page["Users"]] for page in pages] == [
        ["user-0", "user-1"],
        ["user-2", "user-3"],
        ["user-4"],
    ]


def signed_as(endpoint: str, service: str, credentials: dict[str, str], region: str = "eu-west-1") -> Any:
    """A client with credentials that were issued."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
    )


def test_a_key_is_its_user(windsock: Server, client: Client) -> None:
    account = "135791357916"
    iam = client("iam", account)
    iam.create_user(UserName="ada", Path="/ops/")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    who = signed_as(windsock.endpoint, "sts", key).get_caller_identity()
    assert (who["Account"], who["Arn"]) == (account, f"arn:aws:iam::{account}:user/ops/ada")
    assert who["UserId"].startswith("AIDA")
    # What the key makes is made in the account of its user.
    signed_as(windsock.endpoint, "sqs", key).create_queue(QueueName="of-ada")
    urls = client("sqs", account, "eu-west-1").list_queues()["QueueUrls"]
    assert urls == [f"{windsock.endpoint}/{account}/of-ada"]
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    assert used["UserName"] == "ada"
    assert used["AccessKeyLastUsed"]["ServiceName"] == "sqs"
    assert used["AccessKeyLastUsed"]["Region"] == "eu-west-1"
    assert signed_as(windsock.endpoint, "iam", key).get_user()["User"]["UserName"] == "ada"


def test_a_session_of_a_role(windsock: Server, client: Client) -> None:
    account = "135791357917"
    iam = client("iam", account)
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=EVENT_ROLE)["Role"]
    assumed = client("sts", account).assume_role(RoleArn=role["Arn"], RoleSessionName="me")
    arn = f"arn:aws:sts::{account}:assumed-role/worker/me"
    assert assumed["AssumedRoleUser"] == {"AssumedRoleId": f"{role['RoleId']}:me", "Arn": arn}
    who = signed_as(windsock.endpoint, "sts", assumed["Credentials"]).get_caller_identity()
    assert (who["Account"], who["Arn"], who["UserId"]) == (account, arn, f"{role['RoleId']}:me")
    assert iam.get_role(RoleName="worker")["Role"]["RoleLastUsed"]["Region"] == "eu-west-1"
    info = client("sts").get_access_key_info(AccessKeyId=assumed["Credentials"]["AccessKeyId"])
    assert info["Account"] == account


FUNCTION = """
import boto3

def handler(event, context):
    who = boto3.client("sts").get_caller_identity()
    return {"account": who["Account"], "arn": who["Arn"]}
"""


def test_a_function_is_its_role(client: Client) -> None:
    account = "135791357918"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", FUNCTION)
    functions = client("lambda", account)
    functions.create_function(
        FunctionName="who",
        Runtime="python3.12",
        Handler="index.handler",
        Role=f"arn:aws:iam::{account}:role/service-role/worker",
        Code={"ZipFile": buffer.getvalue()},
        Timeout=30,
    )
    answer = functions.invoke(FunctionName="who", LogType="Tail")
    assert "FunctionError" not in answer, base64.b64decode(answer["LogResult"])
    assert json.loads(answer["Payload"].read()) == {
        "account": account,
        "arn": f"arn:aws:sts::{account}:assumed-role/worker/who",
    }


def test_accounts_made_by_command(windsock: Server) -> None:
    def accounts(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(BIN / "windsock"), "accounts", *words, "--endpoint", windsock.endpoint],
            capture_output=True,
            text=True,
            check=False,
        )

    made = accounts("create", "515151515151", "--name", "tests")
    assert made.stderr == "account 515151515151\n"
    variables = dict(line.split("=", 1) for line in made.stdout.splitlines())
    who = boto3.client(
        "sts",
        endpoint_url=windsock.endpoint,
        region_name="us-east-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    ).get_caller_identity()
    assert who["Arn"] == "arn:aws:iam::515151515151:root"
    assert "The account 515151515151 is there already." in accounts("create", "515151515151").stderr
    assert re.search(r"^515151515151  2017-01-\d\dT", accounts("list").stdout, re.MULTILINE)
    assert accounts("key", "515151515151").returncode == 0
    assert "Cannot exceed quota for AccessKeysPerUser: 2" in accounts("key", "515151515151").stderr
    assert "account must have twelve digits" in accounts("key", "5").stderr
