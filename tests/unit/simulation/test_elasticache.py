"""Clusters take their time, and their topic is told what became of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.kernel.errors import AwsError

ACCOUNT = "000000000000"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:caches"
HOUR = 3600
CLUSTER: dict[str, Any] = {
    "CacheClusterId": "cache",
    "Engine": "memcached",
    "CacheNodeType": "cache.t3.micro",
    "NumCacheNodes": 2,
    "PreferredMaintenanceWindow": "mon:03:00-mon:04:00",
    "NotificationTopicArn": TOPIC,
}


async def make_cluster(driver: Driver) -> None:
    """A cluster that is available and whose topic tells a queue."""
    await driver("sns", "CreateTopic", Name="caches")
    await driver("sqs", "CreateQueue", QueueName="told")
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:told"
    await driver("sns", "Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=queue)
    made = await driver("elasticache", "CreateCacheCluster", **CLUSTER)
    assert made["CacheCluster"]["CacheClusterStatus"] == "creating"
    await driver.advance(30)


async def told(driver: Driver) -> list[dict[str, str]]:
    await driver.settle()
    url = f"/{ACCOUNT}/told"
    found = []
    while messages := (await driver("sqs", "ReceiveMessage", QueueUrl=url)).get("Messages"):
        for message in messages:
            found.append(json.loads(json.loads(message["Body"])["Message"]))
            await driver("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


async def described(driver: Driver) -> dict[str, Any]:
    (cluster,) = (await driver("elasticache", "DescribeCacheClusters", ShowCacheNodeInfo=True))[
        "CacheClusters"
    ]
    return dict(cluster)


def nodes(cluster: dict[str, Any]) -> list[str]:
    return [node["CacheNodeId"] for node in cluster["CacheNodes"]]


async def modify(driver: Driver, **params: Any) -> dict[str, Any]:
    answer = await driver("elasticache", "ModifyCacheCluster", CacheClusterId="cache", **params)
    return dict(answer["CacheCluster"])


async def test_nodes_are_added_and_removed(machine: Machine) -> None:
    driver = machine.driver
    await make_cluster(driver)
    assert await told(driver) == [{"ElastiCache:CacheClusterProvisioningComplete": "cache"}]
    cluster = await modify(driver, NumCacheNodes=3, ApplyImmediately=True)
    assert (cluster["CacheClusterStatus"], cluster["PendingModifiedValues"]) == (
        "modifying",
        {"NumCacheNodes": 3},
    )
    with pytest.raises(AwsError) as refused:
        await modify(driver, NumCacheNodes=4)
    assert refused.value.code == "InvalidCacheClusterState"
    await driver.advance(30)
    assert await told(driver) == [{"ElastiCache:AddCacheNodeComplete": "cache"}]
    cluster = await described(driver)
    assert (cluster["NumCacheNodes"], nodes(cluster)) == (3, ["0001", "0002", "0003"])
    assert cluster["NotificationConfiguration"] == {"TopicArn": TOPIC, "TopicStatus": "active"}
    await modify(driver, NumCacheNodes=2, CacheNodeIdsToRemove=["0001"], ApplyImmediately=True)
    await driver.advance(30)
    assert await told(driver) == [{"ElastiCache:RemoveCacheNodeComplete": "cache"}]
    assert nodes(await described(driver)) == ["0002", "0003"]
    events = (await driver("elasticache", "DescribeEvents", SourceType="cache-cluster"))["Events"]
    assert [event["Message"] for event in events] == [
        "Cache cluster created",
        "Added cache node 0003 in availability zone us-east-1a",
        "Finished modifying number of nodes from 2 to 3",
        "Removed cache node 0001 in availability zone us-east-1a",
        "Finished modifying number of nodes from 3 to 2",
    ]
    await driver.advance(2 * HOUR)
    assert (await driver("elasticache", "DescribeEvents"))["Events"] == []


async def test_the_window_is_waited_for(machine: Machine) -> None:
    driver = machine.driver
    await make_cluster(driver)
    await told(driver)
    await modify(driver, NumCacheNodes=3)
    await driver.advance(2 * HOUR)
    await machine.restart()
    driver = machine.driver
    cluster = await described(driver)
    assert (cluster["NumCacheNodes"], cluster["PendingModifiedValues"]) == (2, {"NumCacheNodes": 3})
    await driver.advance(HOUR)
    assert (await described(driver))["NumCacheNodes"] == 3
    assert await told(driver) == [{"ElastiCache:AddCacheNodeComplete": "cache"}]


async def test_a_deleted_cluster_is_gone_and_told(machine: Machine) -> None:
    driver = machine.driver
    await make_cluster(driver)
    await told(driver)
    await modify(driver, NotificationTopicStatus="inactive")
    await modify(driver, NotificationTopicStatus="active")
    await driver("elasticache", "DeleteCacheCluster", CacheClusterId="cache")
    await driver.advance(30)
    assert (await driver("elasticache", "DescribeCacheClusters"))["CacheClusters"] == []
    assert await told(driver) == [{"ElastiCache:DeleteCacheClusterComplete": "cache"}]


async def test_an_inactive_topic_is_told_nothing(machine: Machine) -> None:
    driver = machine.driver
    await make_cluster(driver)
    await told(driver)
    await modify(driver, NotificationTopicStatus="inactive", NumCacheNodes=3, ApplyImmediately=True)
    await driver.advance(30)
    assert await told(driver) == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"NumCacheNodes": 41}, "InvalidParameterValue"),
        ({"NumCacheNodes": 1}, "InvalidParameterCombination"),
        ({"NumCacheNodes": 1, "CacheNodeIdsToRemove": ["0009"]}, "InvalidParameterCombination"),
        ({"EngineVersion": "1.6"}, "NotImplemented"),
    ],
)
async def test_what_is_refused(machine: Machine, params: dict[str, Any], code: str) -> None:
    await make_cluster(machine.driver)
    with pytest.raises(AwsError) as refused:
        await modify(machine.driver, **params)
    assert refused.value.code == code
