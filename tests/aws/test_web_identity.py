"""Roles for the tokens of an identity provider, as the SDK and the CLI take them up by themselves."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.aws.conftest import BIN
from tests.issuers import LocalIssuer, local_issuer
from tests.servers import start

from windsock.testing import Server

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployer"
GITHUB = "token.actions.githubusercontent.com"
BRANCH = "repo:octo-org/octo-repo:ref:refs/heads/main"


class Pipeline(NamedTuple):
    """A windsock that enforces IAM, and the issuer that stands for GitHub Actions."""

    server: Server
    issuer: LocalIssuer

    def environment(self, directory: Path, **claims: Any) -> dict[str, str]:
        """What a job has set once it fetched its token."""
        now = int(time.time())
        told = {"aud": "sts.amazonaws.com", "sub": BRANCH, "iat": now, "exp": now + 300, **claims}
        file = directory / "token"
        file.write_text(self.issuer.token(issuer=f"https://{GITHUB}", **told))
        return {
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(file),
            "AWS_ROLE_ARN": ROLE,
            "AWS_ROLE_SESSION_NAME": "ci",
            "AWS_ENDPOINT_URL": self.server.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
            "HOME": "/nonexistent",
        }


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    data = str(tmp_path_factory.mktemp("data"))
    with local_issuer() as issuer:
        with start("--data", data) as auditing:
            set_up(auditing.endpoint)
        issuers = {"WINDSOCK_ISSUERS": json.dumps({GITHUB: issuer.address})}
        with start("--data", data, "--iam", "enforce", env=issuers) as server:
            yield Pipeline(server, issuer)


def set_up(endpoint: str) -> None:
    """The provider and the role, as GitHub's and AWS's guides have them."""
    iam: Any = boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="any",
    )
    provider = iam.create_open_id_connect_provider(
        Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"]
    )["OpenIDConnectProviderArn"]
    condition = {
        "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
        "StringLike": {f"{GITHUB}:sub": "repo:octo-org/octo-repo:*"},
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=document(statement))
    queues = {"Effect": "Allow", "Action": "sqs:*", "Resource": f"arn:aws:sqs:*:{ACCOUNT}:deploy-*"}
    iam.put_role_policy(RoleName="deployer", PolicyName="queues", PolicyDocument=document(queues))


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def job(pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`job(sub=...)`: an SDK session of a job whose token claims that."""

    def start(**claims: Any) -> boto3.Session:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in pipeline.environment(tmp_path, **claims).items():
            monkeypatch.setenv(name, value)
        return boto3.Session()

    return start


def test_the_sdk_takes_the_role_by_itself(pipeline: Pipeline, job: Any) -> None:
    session = job()
    who = session.client("sts").get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci"
    sqs = session.client("sqs", endpoint_url=pipeline.server.endpoint)
    assert sqs.create_queue(QueueName="deploy-1")["QueueUrl"].endswith("/deploy-1")
    with pytest.raises(ClientError, match="is not authorized to perform: sqs:createqueue"):
        sqs.create_queue(QueueName="other")


def test_another_repository_does_not(job: Any) -> None:
    session = job(sub="repo:somebody/else:ref:refs/heads/main")
    with pytest.raises(ClientError) as refused:
        session.client("sts").get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    assert "Not authorized to perform sts:AssumeRoleWithWebIdentity" in str(refused.value)


def test_nor_does_a_token_that_is_over(job: Any) -> None:
    session = job(exp=1_600_000_000)
    with pytest.raises(ClientError) as refused:
        session.client("sts").get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "ExpiredTokenException"


def test_the_cli_takes_the_role_by_itself(pipeline: Pipeline, tmp_path: Path) -> None:
    command = [str(BIN / "aws"), "sts", "get-caller-identity", "--query", "Arn", "--output", "text"]
    answer = subprocess.run(
        command, env=pipeline.environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci"


def test_an_unsigned_call_tells_all_of_it(pipeline: Pipeline, tmp_path: Path) -> None:
    environment = pipeline.environment(tmp_path)
    sts: Any = boto3.client(
        "sts",
        endpoint_url=pipeline.server.endpoint,
        region_name="us-east-1",
        config=Config(signature_version="unsigned"),
    )
    answer = sts.assume_role_with_web_identity(
        RoleArn=ROLE,
        RoleSessionName="by-hand",
        WebIdentityToken=Path(environment["AWS_WEB_IDENTITY_TOKEN_FILE"]).read_text(),
    )
    assert answer["SubjectFromWebIdentityToken"] == BRANCH
    assert answer["Provider"] == f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"
    assert answer["Audience"] == "sts.amazonaws.com"


def test_one_account_trusts_the_tokens_of_another() -> None:
    """Windsock is both the issuer and who verifies: what an account's own tokens are good for."""

    def of(account: str, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id=account,
            aws_secret_access_key="any",
        )

    with start("--memory") as server:
        issuer = of(ACCOUNT, "iam").enable_outbound_web_identity_federation()["IssuerIdentifier"]
        name = issuer.removeprefix("http://")
        other, iam = "444455556666", of("444455556666", "iam")
        provider = iam.create_open_id_connect_provider(Url=f"https://{name}", ClientIDList=["us"])
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": provider["OpenIDConnectProviderArn"]},
            "Action": "sts:AssumeRoleWithWebIdentity",
        }
        iam.create_role(RoleName="guest", AssumeRolePolicyDocument=document(statement))
        token = of(ACCOUNT, "sts").get_web_identity_token(Audience=["us"], SigningAlgorithm="RS256")
        answer = of(other, "sts").assume_role_with_web_identity(
            RoleArn=f"arn:aws:iam::{other}:role/guest",
            RoleSessionName="guest",
            WebIdentityToken=token["WebIdentityToken"],
        )
        assert answer["SubjectFromWebIdentityToken"] == f"arn:aws:iam::{ACCOUNT}:root"
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{server.endpoint}/_windsock/issuers/nobody/.well-known/jwks.json")
