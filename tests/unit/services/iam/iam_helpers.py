"""What tests of IAM share."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import Driver

from windsock.engine.calls import Caller
from windsock.kernel.scope import Scope

ACCOUNT = "111122223333"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


class Iam:
    """IAM of one account: `await iam("CreateUser", UserName="ada")`."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    async def __call__(self, operation: str, **params: Any) -> dict[str, Any]:
        """Make a call as the account's root."""
        return await self.driver("iam", operation, account=ACCOUNT, **params)

    async def as_user(self, name: str, operation: str, **params: Any) -> dict[str, Any]:
        """Make a call as a user."""
        user = (await self("GetUser", UserName=name))["User"]
        caller = Caller("user", ACCOUNT, user["Arn"], user_id=user["UserId"])
        scope = Scope(ACCOUNT, "us-east-1")
        return await self.driver.engine.call("iam", operation, params, caller=caller, scope=scope) or {}


def allowing(*actions: str, resource: str = "*", **statement: Any) -> str:
    """A policy document that allows actions."""
    allow = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def arn(resource: str) -> str:
    """An ARN of IAM in the account."""
    return f"arn:aws:iam::{ACCOUNT}:{resource}"
