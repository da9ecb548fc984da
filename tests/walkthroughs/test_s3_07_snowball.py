"""S3, row 3.7: what a Snowball brought is served by CloudFront once its job is complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.walkthroughs.test_s3_publishers import Hub, allow, hub

__all__ = ["hub"]

DAY = 86_400

SERVES = """
import json

import boto3


def handler(event, context):
    job = json.loads(event["Records"][0]["Sns"]["Message"])
    if job["JobState"] != "Complete":
        return
    bucket = job["Resources"]["S3Resources"][0]["BucketArn"].rpartition(":")[2]
    boto3.client("cloudfront").create_distribution(DistributionConfig={
        "CallerReference": job["JobId"], "Comment": bucket, "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{
            "Id": bucket, "DomainName": f"{bucket}.s3.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }]},
        "DefaultCacheBehavior": {
            "TargetOriginId": bucket, "ViewerProtocolPolicy": "allow-all", "MinTTL": 0,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        },
    })
"""


def order(snowball: Any, topic: str, states: list[str], kind: str = "IMPORT") -> str:
    """A job whose topic is told of such states; its id."""
    address = snowball.create_address(
        Address={"Name": "Studio", "Street1": "1 Main St", "City": "Seattle", "Country": "US"}
    )
    made = snowball.create_job(
        JobType=kind,
        Resources={"S3Resources": [{"BucketArn": "arn:aws:s3:::films"}]},
        AddressId=address["AddressId"],
        RoleARN="arn:aws:iam::730000000307:role/snowball",
        SnowballCapacityPreference="T80",
        ShippingOption="SECOND_DAY",
        Notification={"SnsTopicARN": topic, "JobStatesToNotify": states},
    )
    return str(made["JobId"])


def state_of(snowball: Any, job: str) -> str:
    """The state of a job."""
    return str(snowball.describe_job(JobId=job)["JobMetadata"]["JobState"])


def test_3_7_what_was_imported_is_served(hub: Callable[[str], Hub]) -> None:
    here = hub("730000000307")
    here.sns.set_topic_attributes(
        TopicArn=here.topic,
        AttributeName="Policy",
        AttributeValue=allow("importexport", "sns:Publish", here.topic),
    )
    here.function("serve", SERVES)
    inbox = here.queue("inbox")
    snowball, cloudfront = here.client("snowball"), here.client("cloudfront")
    job = order(snowball, here.topic, ["InProgress", "Complete"])
    assert state_of(snowball, job) == "New"
    here.windsock.advance(5 * DAY)
    assert state_of(snowball, job) == "WithCustomer"
    assert here.read(inbox) == []
    snowball.update_job_shipment_state(JobId=job, ShipmentState="RETURNED")
    assert state_of(snowball, job) == "InTransitToAWS"
    here.windsock.advance(4 * DAY)
    assert [told["JobState"] for told in here.read(inbox)] == ["InProgress"]
    assert cloudfront.list_distributions()["DistributionList"]["Quantity"] == 0
    here.windsock.advance(2 * DAY)
    (told,) = here.read(inbox)
    assert (told["JobId"], told["JobState"], told["JobType"]) == (job, "Complete", "IMPORT")
    (distribution,) = cloudfront.list_distributions()["DistributionList"]["Items"]
    assert distribution["Origins"]["Items"][0]["DomainName"] == "films.s3.amazonaws.com"
    described = snowball.describe_job(JobId=job)["JobMetadata"]
    assert described["SnowballCapacityPreference"] == "T80"
    assert described["ShippingDetails"] == {"ShippingOption": "SECOND_DAY"}


def test_only_a_new_job_is_changed_and_cancelled(hub: Callable[[str], Hub]) -> None:
    here = hub("730700000002")
    snowball = here.client("snowball")
    cancelled, kept = (order(snowball, here.topic, []) for _ in range(2))
    snowball.update_job(JobId=cancelled, Description="not needed")
    snowball.cancel_job(JobId=cancelled)
    here.windsock.advance(2 * 3600)
    assert (state_of(snowball, cancelled), state_of(snowball, kept)) == ("Cancelled", "PreparingAppliance")
    with pytest.raises(ClientError) as caught:
        snowball.cancel_job(JobId=kept)
    assert caught.value.response["Error"]["Code"] == "InvalidJobStateException"
    first = snowball.list_jobs(MaxResults=1)
    second = snowball.list_jobs(NextToken=first["NextToken"])
    entries = first["JobListEntries"] + second["JobListEntries"]
    assert {each["JobId"] for each in entries} == {cancelled, kept}
    assert [each.get("Description") for each in entries if each["JobState"] == "Cancelled"] == ["not needed"]


@pytest.mark.parametrize(
    ("missing", "code"),
    [("Resources", "InvalidInputCombinationException"), ("AddressId", "InvalidInputCombinationException")],
)
def test_a_job_needs_what_aws_needs(hub: Callable[[str], Hub], missing: str, code: str) -> None:
    snowball = hub("730700000003").client("snowball")
    params = {
        "JobType": "EXPORT",
        "Resources": {"S3Resources": []},
        "AddressId": "ADID00000000-0000-0000-0000-000000000000",
        "ShippingOption": "STANDARD",
    }
    with pytest.raises(ClientError) as caught:
        snowball.create_job(**{name: value for name, value in params.items() if name != missing})
    assert caught.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError) as caught:
        snowball.create_job(**params)
    assert caught.value.response["Error"]["Code"] == "InvalidResourceException"
