"""Calls left to moto: answered like any others, and never lost."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.engine.calls import Call, Caller
from windsock.kernel.errors import AwsError, InternalFailure, NotImplementedOperation
from windsock.kernel.scope import Scope
from windsock.simulation.backend import call_log, moto
from windsock.simulation.backend.moto import Moto

VOLUME: dict[str, Any] = {"Size": 8, "AvailabilityZone": "us-east-1a"}
TRUST = '{"Version":"2012-10-17","Statement":[]}'

RESOURCES: list[tuple[str, str, dict[str, Any]]] = [
    ("ec2", "RunInstances", {"ImageId": "ami-12c6146b", "MinCount": 2, "MaxCount": 2}),
    ("ec2", "CreateVolume", VOLUME),
    ("ec2", "CreateSecurityGroup", {"GroupName": "web", "Description": "web"}),
    ("ec2", "AllocateAddress", {"Domain": "vpc"}),
    ("s3", "CreateBucket", {"Bucket": "things"}),
    ("s3", "PutObject", {"Bucket": "things", "Key": "a/b", "Body": b"text", "Metadata": {"colour": "red"}}),
    (
        "dynamodb",
        "CreateTable",
        {
            "TableName": "table",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    ),
    ("dynamodb", "PutItem", {"TableName": "table", "Item": {"id": {"S": "1"}, "set": {"SS": ["b", "a"]}}}),
    ("kms", "CreateKey", {}),
    ("kms", "CreateKey", {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}),
    ("secretsmanager", "CreateSecret", {"Name": "secret", "SecretString": "text"}),
    ("ssm", "PutParameter", {"Name": "parameter", "Value": "1", "Type": "String"}),
    ("ecr", "CreateRepository", {"repositoryName": "images"}),
    ("ecs", "CreateCluster", {"clusterName": "cluster"}),
    (
        "rds",
        "CreateDBInstance",
        {
            "DBInstanceIdentifier": "mydb",
            "Engine": "mysql",
            "DBInstanceClass": "db.t3.micro",
            "AllocatedStorage": 20,
            "MasterUsername": "admin",
            "MasterUserPassword": "password",
        },
    ),
    ("glue", "CreateDatabase", {"DatabaseInput": {"Name": "database"}}),
    ("route53", "CreateHostedZone", {"Name": "example.com", "CallerReference": "1"}),
    ("efs", "CreateFileSystem", {"CreationToken": "1"}),
    ("elbv2", "CreateTargetGroup", {"Name": "targets", "TargetType": "lambda"}),
    (
        "redshift",
        "CreateCluster",
        {
            "ClusterIdentifier": "clicks",
            "NodeType": "ra3.large",
            "MasterUsername": "admin",
            "MasterUserPassword": "Secret123",
        },
    ),
    (
        "redshift",
        "CreateEventSubscription",
        {"SubscriptionName": "us", "SnsTopicArn": "arn:aws:sns:us-east-1:111122223333:hub"},
    ),
    ("elasticbeanstalk", "CreateApplication", {"ApplicationName": "shop"}),
    (
        "elasticbeanstalk",
        "CreateEnvironment",
        {
            "ApplicationName": "shop",
            "EnvironmentName": "shop-env",
            "OptionSettings": [{"Namespace": "a:b", "OptionName": "c", "Value": "d"}],
        },
    ),
]
VIEWS: list[tuple[str, str, dict[str, Any]]] = [
    ("ec2", "DescribeInstances", {}),
    ("ec2", "DescribeVolumes", {}),
    ("ec2", "DescribeVpcs", {}),
    ("ec2", "DescribeSubnets", {}),
    ("ec2", "DescribeSecurityGroups", {}),
    ("ec2", "DescribeAddresses", {}),
    ("s3", "ListObjectsV2", {"Bucket": "things"}),
    ("s3", "GetObject", {"Bucket": "things", "Key": "a/b"}),
    ("dynamodb", "Scan", {"TableName": "table"}),
    ("kms", "ListKeys", {}),
    ("secretsmanager", "ListSecrets", {}),
    ("secretsmanager", "GetSecretValue", {"SecretId": "secret"}),
    ("ssm", "GetParameter", {"Name": "parameter"}),
    ("ecr", "DescribeRepositories", {}),
    ("ecs", "DescribeClusters", {"clusters": ["cluster"]}),
    ("rds", "DescribeDBInstances", {}),
    ("glue", "GetDatabases", {}),
    ("route53", "ListHostedZones", {}),
    ("efs", "DescribeFileSystems", {}),
    ("redshift", "DescribeClusters", {}),
    ("redshift", "DescribeEventSubscriptions", {}),
    ("elasticbeanstalk", "DescribeEnvironments", {}),
    ("elasticbeanstalk", "DescribeEvents", {}),
    (
        "elasticbeanstalk",
        "DescribeConfigurationSettings",
        {"ApplicationName": "shop", "EnvironmentName": "shop-env"},
    ),
    ("elbv2", "DescribeTargetGroups", {}),
]


async def _view(driver: Driver) -> list[Any]:
    return [await driver(service, operation, **params) for service, operation, params in VIEWS]


async def _fill(driver: Driver) -> None:
    for service, operation, params in RESOURCES:
        await driver(service, operation, **params)


def _kill_child(driver: Driver) -> None:
    child = driver.engine.part(Moto).child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)


async def test_resources_are_of_their_account_and_region(machine: Machine) -> None:
    driver = machine.driver
    await driver("ec2", "CreateVolume", account="111122223333", region="eu-west-1", Size=8,
                 AvailabilityZone="eu-west-1a")  # fmt: skip

    async def volumes(account: str, region: str) -> int:
        return len((await driver("ec2", "DescribeVolumes", account=account, region=region))["Volumes"])

    assert await volumes("111122223333", "eu-west-1") == 1
    assert await volumes("111122223333", "us-east-1") == 0
    assert await volumes("444455556666", "eu-west-1") == 0


async def test_time_is_windsocks(machine: Machine) -> None:
    driver = machine.driver
    await driver.advance(86_400)
    volume = await driver("ec2", "CreateVolume", **VOLUME)
    assert volume["CreateTime"].isoformat() == "2017-01-03T00:00:00+00:00"


async def test_ids_are_never_used_twice(machine: Machine) -> None:
    made = {(await machine.driver("ec2", "CreateVolume", **VOLUME))["VolumeId"] for _ in range(20)}
    await machine.restart()
    made |= {(await machine.driver("ec2", "CreateVolume", **VOLUME))["VolumeId"] for _ in range(20)}
    assert len(made) == 40


async def test_errors_are_those_of_aws(machine: Machine) -> None:
    with pytest.raises(AwsError) as missing:
        await machine.driver("ec2", "DescribeInstances", InstanceIds=["i-0123456789abcdef0"])
    assert missing.value.code == "InvalidInstanceID.NotFound"
    assert missing.value.status == 400


async def test_what_moto_lacks_is_not_implemented(machine: Machine) -> None:
    with pytest.raises(NotImplementedOperation, match="outposts:ListOutposts"):
        await machine.driver("outposts", "ListOutposts")
    with pytest.raises(NotImplementedOperation, match="ec2:CreateIpam"):
        await machine.driver("ec2", "CreateIpam")


async def test_a_failure_of_motos_names_the_call(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    caller, scope = Caller.root("000000000000"), Scope("000000000000", "us-east-1")
    instances = await machine.driver("ec2", "RunInstances", ImageId="ami-1", MinCount=1, MaxCount=1)
    instance = instances["Instances"][0]["InstanceId"]
    call = Call("ec2", "PassInstance", {"instance": instance}, caller, scope, "request")
    with pytest.raises(InternalFailure, match="moto failed in ec2:PassInstance: KeyError: 'from'"):
        await machine.driver.engine.part(Moto).answer(call)
    assert "moto failed" in caplog.text


async def test_a_replay_makes_the_same(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    await _fill(machine.driver)
    before = await _view(machine.driver)
    _kill_child(machine.driver)
    assert await _view(machine.driver) == before
    await machine.restart()
    assert await _view(machine.driver) == before
    assert "answered otherwise" not in caplog.text


async def test_what_a_read_makes_is_kept(machine: Machine) -> None:
    before = await machine.driver("ec2", "DescribeVpcs")
    await machine.restart()
    assert await machine.driver("ec2", "DescribeVpcs") == before


async def test_the_log_goes_on_from_a_written_state(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moto, "CALLS_BETWEEN_STATES", 10)
    driver = machine.driver
    await _fill(driver)
    store = driver.engine.store
    for _ in range(1000):  # it is written beside the calls that are answered meanwhile
        if call_log.base(store) is not None:
            break
        await driver("s3", "ListBuckets")
    before = await _view(driver)
    assert call_log.base(store) is not None
    assert len(list(call_log.entries(store, 0))) < len(RESOURCES)
    await machine.restart()
    assert await _view(machine.driver) == before


async def test_a_key_of_the_machines_own_randomness_is_kept(machine: Machine) -> None:
    made = await machine.driver("ec2", "CreateKeyPair", KeyName="key")
    assert made["KeyMaterial"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    await machine.restart()
    found = await machine.driver("ec2", "DescribeKeyPairs", KeyNames=["key"])
    assert found["KeyPairs"][0]["KeyFingerprint"] == made["KeyFingerprint"]


async def test_a_change_that_cannot_be_logged_did_not_happen(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = machine.driver
    await driver("ec2", "CreateVolume", **VOLUME)

    def fail(*_: Any) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(call_log, "append", fail)
        with pytest.raises(InternalFailure, match="no space left"):
            await driver("ec2", "CreateVolume", **VOLUME)
    assert len((await driver("ec2", "DescribeVolumes"))["Volumes"]) == 1
