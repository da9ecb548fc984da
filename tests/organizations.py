"""An organisation to test in: founded by one account, others invited."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError

MANAGEMENT, ONE, OTHER, OUTSIDE = "999999999999", "111111111111", "222222222222", "333333333333"
SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
RESOURCE_CONTROL = "RESOURCE_CONTROL_POLICY"


async def call(driver: Driver, operation: str, *, account: str = MANAGEMENT, **params: Any) -> dict[str, Any]:
    """An operation of Organizations."""
    return await driver("organizations", operation, account=account, **params)


async def refused(driver: Driver, operation: str, *, account: str = MANAGEMENT, **params: Any) -> AwsError:
    """The error of one."""
    with pytest.raises(AwsError) as caught:
        await call(driver, operation, account=account, **params)
    return caught.value


async def founded(driver: Driver, *members: str) -> dict[str, Any]:
    """An organisation with members that were invited."""
    organization: dict[str, Any] = (await call(driver, "CreateOrganization"))["Organization"]
    for member in members:
        target = {"Id": member, "Type": "ACCOUNT"}
        handshake = (await call(driver, "InviteAccountToOrganization", Target=target))["Handshake"]
        await call(driver, "AcceptHandshake", account=member, HandshakeId=handshake["Id"])
    return organization


async def root_of(driver: Driver) -> str:
    """The id of its root."""
    [root] = (await call(driver, "ListRoots"))["Roots"]
    return str(root["Id"])


async def unit(driver: Driver, parent: str, name: str) -> str:
    """The id of a new unit."""
    made = await call(driver, "CreateOrganizationalUnit", ParentId=parent, Name=name)
    return str(made["OrganizationalUnit"]["Id"])


async def policy(driver: Driver, name: str, kind: str = SERVICE_CONTROL, **elements: Any) -> str:
    """The id of a new policy with one statement."""
    document = json.dumps({"Version": "2012-10-17", "Statement": [elements]})
    made = await call(driver, "CreatePolicy", Name=name, Description="", Type=kind, Content=document)
    return str(made["Policy"]["PolicySummary"]["Id"])


async def attach(driver: Driver, policy_id: str, target: str) -> None:
    """Attach a policy."""
    await call(driver, "AttachPolicy", PolicyId=policy_id, TargetId=target)
