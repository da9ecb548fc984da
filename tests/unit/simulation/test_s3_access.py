"""Who may do what with buckets: what counts as public, what accounts block, what survives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.engine.calls import Caller
from windsock.engine.denials import Denials
from windsock.engine.settings import EngineSettings
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.simulation.overlays.s3.public_policies import is_public

ACCOUNT = "000000000000"
CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
NOBODY = Caller.anonymous("192.0.2.1", "curl")
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}
enforced = pytest.mark.parametrize("engine_settings", [EngineSettings(iam="enforce")])


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


async def open_bucket(driver: Driver, *statements: dict[str, Any]) -> None:
    await driver("s3", "CreateBucket", Bucket="open")
    await driver("s3", "PutObject", Bucket="open", Key="k", Body=b"hello")
    await driver("s3", "DeletePublicAccessBlock", Bucket="open")
    if statements:
        await driver("s3", "PutBucketPolicy", Bucket="open", Policy=document(*statements))


async def as_nobody(driver: Driver, operation: str, **params: Any) -> Any:
    scope = Scope(ACCOUNT, "us-east-1")
    return await driver.engine.call("s3", operation, {"Bucket": "open", **params}, caller=NOBODY, scope=scope)


async def refused(asking: Any) -> str:
    with pytest.raises(AwsError) as error:
        await asking
    return error.value.code


@pytest.mark.parametrize(
    ("statement", "public"),
    [
        ({}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": ["arn:aws:iam::111122223333:root", "*"]}}, True),
        ({"Principal": {"AWS": "111122223333"}}, False),
        ({"Principal": {"Service": "cloudtrail.amazonaws.com"}}, False),
        ({"Effect": "Deny"}, False),
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}}, False),
        ({"Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, True),
        ({"Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-91237329"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "${aws:PrincipalTag/vpc}"}}}, True),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"]}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "54.240.143.0/24"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": ["54.240.143.0/24", "0.0.0.0/1"]}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/7"}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "2000::/3"}}}, True),
        ({"Condition": {"StringLike": {"aws:userid": "AROAEXAMPLEID:*"}}}, False),
        (
            {"Condition": {"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:111122223333:*"}}},
            False,
        ),
        ({"Condition": {"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:*:x"}}}, True),
        ({"Condition": {"StringEquals": {"s3:prefix": "home/"}}}, True),
    ],
)
def test_the_meaning_of_public(statement: dict[str, Any], public: bool) -> None:
    assert is_public(document(EVERYBODY | statement)) is public
    assert is_public(document({**EVERYBODY, "Principal": {"AWS": ACCOUNT}}, EVERYBODY | statement)) is public


@enforced
async def test_an_account_can_block_the_public_of_all_its_buckets(machine: Machine) -> None:
    driver = machine.driver
    await open_bucket(driver, EVERYBODY)
    await as_nobody(driver, "GetObject", Key="k")
    block: dict[str, Any] = {"AccountId": ACCOUNT, "PublicAccessBlockConfiguration": CLOSED}
    await driver("s3control", "PutPublicAccessBlock", **block)
    assert await refused(as_nobody(driver, "GetObject", Key="k")) == "AccessDenied"
    put = driver("s3", "PutBucketPolicy", Bucket="open", Policy=document(EVERYBODY))
    assert await refused(put) == "AccessDenied"
    await driver("s3control", "DeletePublicAccessBlock", AccountId=ACCOUNT)
    await as_nobody(driver, "GetObject", Key="k")


@enforced
async def test_what_decides_survives_a_restart_and_goes_with_the_bucket(machine: Machine) -> None:
    await open_bucket(machine.driver, EVERYBODY)
    await machine.restart()
    driver = machine.driver
    await as_nobody(driver, "GetObject", Key="k")
    await driver("s3", "DeleteObject", Bucket="open", Key="k")
    await driver("s3", "DeleteBucket", Bucket="open")
    await open_bucket(driver)
    assert await refused(as_nobody(driver, "GetObject", Key="k")) == "AccessDenied"


async def test_an_audit_notes_who_would_not_be_let_in(machine: Machine) -> None:
    driver = machine.driver
    await open_bucket(driver)
    await as_nobody(driver, "GetObject", Key="k")
    assert await refused(as_nobody(driver, "GetObject", Key="none")) == "NoSuchKey"
    noted = [
        (each["user"], each["action"], each["resource"]) for each in driver.engine.part(Denials).latest()
    ]
    assert noted == [
        ("*", "s3:ListBucket", "arn:aws:s3:::open"),
        ("*", "s3:GetObject", "arn:aws:s3:::open/none"),
        ("*", "s3:GetObject", "arn:aws:s3:::open/k"),
    ]


@enforced
async def test_acls_of_signed_in_users(machine: Machine) -> None:
    driver = machine.driver
    await open_bucket(driver)
    controls = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    await driver("s3", "PutBucketOwnershipControls", Bucket="open", OwnershipControls=controls)
    await driver("s3", "PutObjectAcl", Bucket="open", Key="k", ACL="authenticated-read")
    assert await refused(as_nobody(driver, "GetObject", Key="k")) == "AccessDenied"
    await driver("iam", "CreateUser", UserName="ada")
    ada = Caller("user", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ada")
    scope = Scope(ACCOUNT, "us-east-1")
    params = {"Bucket": "open", "Key": "k"}
    await driver.engine.call("s3", "GetObject", params, caller=ada, scope=scope)
