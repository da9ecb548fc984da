"""S3, row 3.10: nothing is delivered to a Redshift cluster while it is resized or maintained.

A function deletes the delivery stream when the cluster says that it is read-only, and makes it again after.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.walkthroughs.test_s3_publishers import Hub, hub

__all__ = ["hub"]

PAUSES_STREAM = """
import json

import boto3

firehose = boto3.client("firehose")


def handler(event, context):
    told = json.loads(event["Records"][0]["Sns"]["Message"])
    number = told["About this Event"].strip().rpartition("-")[2]
    if number in ("2003", "2006"):
        firehose.delete_delivery_stream(DeliveryStreamName="clicks")
    elif number in ("2004", "3002"):
        firehose.create_delivery_stream(
            DeliveryStreamName="clicks",
            S3DestinationConfiguration={
                "RoleARN": "arn:aws:iam::730000000310:role/firehose", "BucketARN": "arn:aws:s3:::clicks",
            },
        )
"""


class Warehouse:
    """Redshift of an account whose cluster tells the hub."""

    def __init__(self, here: Hub) -> None:
        self.here = here
        self.api = here.client("redshift")

    def create(self, **settings: Any) -> None:
        """A cluster of two nodes, created."""
        self.api.create_cluster(
            ClusterIdentifier="clicks",
            ClusterType="multi-node",
            NumberOfNodes=2,
            NodeType="ra3.large",
            MasterUsername="admin",
            MasterUserPassword="Secret123",
            **settings,
        )
        assert self.cluster()["ClusterStatus"] == "creating"
        self.here.windsock.advance(60)
        assert self.cluster()["ClusterStatus"] == "available"

    def subscribe(self, name: str = "hub", **settings: Any) -> dict[str, Any]:
        """Have the hub told of the cluster's events."""
        made: dict[str, Any] = self.api.create_event_subscription(
            SubscriptionName=name, SnsTopicArn=self.here.topic, **settings
        )
        return made

    def cluster(self) -> dict[str, Any]:
        """The cluster as it is described."""
        (found,) = self.api.describe_clusters(ClusterIdentifier="clicks")["Clusters"]
        described: dict[str, Any] = found
        return described


def test_3_10_a_stream_is_gone_while_the_cluster_is_read_only(hub: Callable[[str], Hub]) -> None:
    here = hub("730000000310")
    here.function("pause", PAUSES_STREAM)
    inbox = here.queue("inbox")
    warehouse, firehose = Warehouse(here), here.client("firehose")
    firehose.create_delivery_stream(
        DeliveryStreamName="clicks",
        S3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::730000000310:role/firehose",
            "BucketARN": "arn:aws:s3:::clicks",
        },
    )

    def streams() -> list[str]:
        return list(firehose.list_delivery_streams()["DeliveryStreamNames"])

    def now() -> datetime:
        return datetime.fromisoformat(here.windsock.get("clock")["now"])

    maintained = (now() + timedelta(days=2)).replace(hour=4, minute=0, second=0, microsecond=0)
    day = f"{maintained:%a}".lower()
    warehouse.create(PreferredMaintenanceWindow=f"{day}:04:00-{day}:05:00")
    warehouse.subscribe(SourceType="cluster", SourceIds=["clicks"])

    resized = warehouse.api.resize_cluster(ClusterIdentifier="clicks", NumberOfNodes=4)["Cluster"]
    assert (resized["ClusterStatus"], resized["NumberOfNodes"]) == ("resizing", 2)
    assert warehouse.api.describe_resize(ClusterIdentifier="clicks")["Status"] == "IN_PROGRESS"
    with pytest.raises(ClientError) as caught:
        warehouse.api.modify_cluster(ClusterIdentifier="clicks", NumberOfNodes=3)
    assert caught.value.response["Error"]["Code"] == "InvalidClusterState"
    here.windsock.settle()
    assert streams() == []
    here.windsock.advance(120)
    assert streams() == ["clicks"]
    assert warehouse.cluster()["NumberOfNodes"] == 4
    assert warehouse.api.describe_resize(ClusterIdentifier="clicks")["Status"] == "SUCCEEDED"
    told = here.read(inbox)
    assert {each["About this Event"].strip().rpartition("#")[2] for each in told} == {
        "REDSHIFT-EVENT-2007",
        "REDSHIFT-EVENT-2006",
        "REDSHIFT-EVENT-3002",
    }
    (last,) = (each for each in told if "3002" in each["About this Event"])
    assert (last["Event Source"], last["Resource"], last["Severity"]) == ("cluster", "clicks", "INFO")
    assert last["Category"] == ["Monitoring"]
    assert last["Event Message"].endswith("Cluster is available for both reads and writes.")

    here.windsock.advance((maintained - now()).total_seconds() + 1)
    assert streams() == []
    assert [each["Event Message"][:32] for each in here.read(inbox)] == ["Maintenance started on cluster c"]
    here.windsock.advance(3600)
    events = warehouse.api.describe_events(SourceIdentifier="clicks", SourceType="cluster", Duration=180)[
        "Events"
    ]
    assert [each["EventId"][-4:] for each in events] == ["2003", "2004"]
    assert streams() == ["clicks"]


def test_subscriptions_choose(hub: Callable[[str], Hub]) -> None:
    here = hub("731000000002")
    inbox = here.queue("inbox")
    warehouse = Warehouse(here)
    subscribed = warehouse.subscribe("security", EventCategories=["Security"])["EventSubscription"]
    assert (subscribed["EventCategoriesList"], subscribed["Status"]) == (["security"], "active")
    warehouse.subscribe("errors", Severity="ERROR")
    warehouse.subscribe("others", SourceType="cluster", SourceIds=["other"])
    warehouse.create()
    assert here.read(inbox) == []
    warehouse.api.modify_cluster(ClusterIdentifier="clicks", MasterUserPassword="Secret456")
    (told,) = here.read(inbox)
    assert told["Event Message"].startswith("Master credentials updated for cluster clicks at ")
    warehouse.api.modify_event_subscription(SubscriptionName="security", Enabled=False)
    warehouse.api.modify_cluster(ClusterIdentifier="clicks", MasterUserPassword="Secret789")
    assert here.read(inbox) == []
    warehouse.api.modify_cluster(ClusterIdentifier="clicks", NewClusterIdentifier="other")
    (renamed,) = here.read(inbox)
    assert renamed["Event Message"].startswith("Cluster renamed to other at ")
    for name in ("security", "errors", "others"):
        warehouse.api.delete_event_subscription(SubscriptionName=name)
    assert warehouse.api.describe_event_subscriptions()["EventSubscriptionsList"] == []
    warehouse.api.delete_cluster(ClusterIdentifier="other", SkipFinalClusterSnapshot=True)
    assert here.read(inbox) == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"EventCategories": ["weather"]}, "SubscriptionCategoryNotFound"),
        ({"Severity": "FATAL"}, "SubscriptionSeverityNotFound"),
    ],
)
def test_subscriptions_are_checked(hub: Callable[[str], Hub], settings: dict[str, Any], code: str) -> None:
    warehouse = Warehouse(hub("731000000003"))
    with pytest.raises(ClientError) as caught:
        warehouse.subscribe(**settings)
    assert caught.value.response["Error"]["Code"] == code
