"""A running windsock for the tests that drive it from outside, shared by those of a file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import botocore.config
import pytest
from tests.servers import start

from windsock.testing import Server

START = "2017-01-02T00:00:00Z"
BIN = Path(sys.executable).parent
NODE_MODULES = Path(__file__).parent / "javascript" / "node_modules"


@pytest.fixture(scope="module")
def windsock() -> Iterator[Server]:
    """One server a file, on a virtual clock that no other file moves; tests keep apart by account."""
    node = shutil.which("node")
    environment = {
        "WINDSOCK_NODE_MODULES": str(NODE_MODULES),
        "WINDSOCK_INTERPRETERS": json.dumps({"node": node} if node else {}),
    }
    with start("--memory", "--clock", f"virtual:{START}", env=environment) as server:
        yield server


Client = Callable[..., Any]


@pytest.fixture
def client(windsock: Server) -> Client:
    """`client("sqs", account="111122223333", region="eu-west-1")`: a boto3 client."""

    def make(service: str, account: str = "test", region: str = "us-east-1") -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=windsock.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=botocore.config.Config(retries={"max_attempts": 1}),
        )

    return make


def cli_environment(account: str, region: str = "us-east-1") -> dict[str, str]:
    """The environment of an AWS CLI that is an account's."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": region,
        "AWS_MAX_ATTEMPTS": "1",
    }


@dataclass
class AwsCli:
    """The real AWS CLI, as a person would set it up."""

    endpoint: str
    account: str

    def __call__(self, *words: str, region: str = "us-east-1", check: bool = True) -> str:
        """Run `aws <words>`; its output, or its error output when it may fail."""
        done = subprocess.run(
            # Version 1 of the CLI heeds AWS_ENDPOINT_URL for every service but sqs.
            [str(BIN / "aws"), "--endpoint-url", self.endpoint, *words],
            capture_output=True,
            text=True,
            env=cli_environment(self.account, region),
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"aws {' '.join(words)}: {done.stderr}")
        return done.stdout if done.returncode == 0 else done.stderr


@pytest.fixture
def aws(windsock: Server) -> Callable[[str], AwsCli]:
    """`aws("111122223333")`: the AWS CLI of an account."""
    return lambda account: AwsCli(windsock.endpoint, account)
