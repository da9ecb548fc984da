"""An account in which IAM is enforced, as its root uses it to set a system up."""

from __future__ import annotations

import io
import json
import re
import urllib.request
import zipfile
from typing import Any

import boto3

from windsock.testing import Server

LOGGING = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]


class EnforcedAccount:
    """An account of a windsock that enforces IAM, made with its root's key."""

    def __init__(self, server: Server, account: str, region: str) -> None:
        self.server = server
        self.account = account
        self.region = region
        made = self.post("accounts", {"account": account, "name": "operations"})
        self.root = (made["access_key_id"], made["secret_access_key"])

    def client(self, service: str, key: tuple[str, str] | None = None, region: str | None = None) -> Any:
        """A boto3 client with a key, the root's unless told otherwise."""
        access_key, secret = key or self.root
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.server.endpoint,
            region_name=region or self.region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret,
        )

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """A POST below `/_windsock/`, decoded."""
        request = urllib.request.Request(
            f"{self.server.endpoint}/_windsock/{path}",
            json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read())

    def role(self, name: str, service: str, actions: list[str]) -> str:
        """The ARN of a new role that the service may take on, and that may do these actions."""
        iam = self.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="what-it-needs", PolicyDocument=policy(allow))
        return str(arn)

    def subscribe(self, topic: str, address: str) -> None:
        """Have a topic's messages mailed, as the address's owner agrees to."""
        region = topic.split(":")[3]
        self.client("sns", region=region).subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
        self.server.settle()
        mail = self.server.get("mails")["mails"][-1]
        link = re.search(r"https?://\S+Token=\S+", mail["text"])
        assert link is not None
        urllib.request.urlopen(link[0]).close()

    def mails(self, subject: str) -> list[dict[str, str]]:
        """The mails whose subject begins so, oldest first."""
        self.server.settle()
        return [mail for mail in self.server.get("mails")["mails"] if mail["subject"].startswith(subject)]


def policy(*statements: dict[str, Any]) -> str:
    """A policy's text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def zipped(text: str) -> bytes:
    """A function's package with the one file `index.py`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", text)
    return archive.getvalue()
