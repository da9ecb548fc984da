"""Digest files on the clock: chains that begin, go on and end."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import orjson
import pytest
from tests.conftest import START_MS, Driver
from tests.unit.services.cloudtrail.conftest import Bucket

from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError

HOUR = 3_600


async def make(driver: Driver, **more: Any) -> None:
    settings = {"S3BucketName": "logs", "EnableLogFileValidation": True, **more}
    made = await driver("cloudtrail", "CreateTrail", Name="main", **settings)
    assert made["LogFileValidationEnabled"] is True
    await driver("cloudtrail", "StartLogging", Name="main")


def digests(bucket: Bucket) -> list[dict[str, Any]]:
    keys = [key for key in bucket.objects if "CloudTrail-Digest" in key]
    return [orjson.loads(gzip.decompress(bucket.objects[key])) for key in keys]


def spans(bucket: Bucket) -> list[tuple[str, str]]:
    """From when until when each digest file tells: hours and minutes."""
    return [(each["digestStartTime"][11:16], each["digestEndTime"][11:16]) for each in digests(bucket)]


async def test_a_digest_file_names_what_was_delivered(driver: Driver, bucket: Bucket) -> None:
    await make(driver, S3KeyPrefix="audit")
    await driver("sns", "CreateTopic", Name="one")
    await driver.advance(HOUR)
    (digest,) = digests(bucket)
    (log,) = [key for key in bucket.objects if "/CloudTrail/" in key]
    name = "000000000000_CloudTrail-Digest_us-east-1_main_us-east-1_20170102T010000Z.json.gz"
    assert digest["digestS3Object"] == (
        f"audit/AWSLogs/000000000000/CloudTrail-Digest/us-east-1/2017/01/02/{name}"
    )
    assert [each["s3Object"] for each in digest["logFiles"]] == [log]
    assert digest["newestEventTime"] == digest["logFiles"][0]["newestEventTime"] == "2017-01-02T00:00:00Z"
    assert digest["previousDigestSignature"] is None


async def test_an_hour_without_calls_has_an_empty_one(driver: Driver, bucket: Bucket) -> None:
    await make(driver)
    await driver.advance(2 * HOUR)
    last = digests(bucket)[-1]
    assert (last["logFiles"], last["newestEventTime"], last["oldestEventTime"]) == ([], None, None)
    assert last["previousDigestS3Object"] == digests(bucket)[0]["digestS3Object"]
    assert last["previousDigestHashAlgorithm"] == "SHA-256"


async def test_what_was_refused_is_told_by_the_next(driver: Driver, bucket: Bucket) -> None:
    await make(driver)
    await driver("sns", "CreateTopic", Name="one")
    await driver.advance(600)
    bucket.refuses = True
    await driver.advance(HOUR)
    status = await driver("cloudtrail", "GetTrailStatus", Name="main")
    assert status["LatestDigestDeliveryError"] == "AccessDenied"
    bucket.refuses = False
    await driver.advance(HOUR)
    (digest,) = digests(bucket)
    assert spans(bucket) == [("00:00", "02:00")]
    assert len(digest["logFiles"]) == 2  # one of the topic, one of GetTrailStatus
    assert "LatestDigestDeliveryError" not in await driver("cloudtrail", "GetTrailStatus", Name="main")


async def test_stopping_ends_the_chain_after_the_last_delivery(driver: Driver, bucket: Bucket) -> None:
    await make(driver)
    await driver.advance(600)
    await driver("sns", "CreateTopic", Name="late")
    await driver("cloudtrail", "StopLogging", Name="main")
    await driver.advance(2 * HOUR)
    assert spans(bucket) == [("00:00", "00:15")]
    assert len(digests(bucket)[0]["logFiles"]) == 1
    await driver("cloudtrail", "StartLogging", Name="main")
    await driver.advance(HOUR)
    assert spans(bucket)[1:] == [("02:10", "03:10")]
    assert digests(bucket)[1]["previousDigestS3Object"] is None


async def test_a_trail_that_is_deleted_has_a_last_one(driver: Driver, bucket: Bucket) -> None:
    await make(driver)
    await driver.advance(1_200)
    await driver("cloudtrail", "DeleteTrail", Name="main")
    await driver.advance(2 * HOUR)
    assert spans(bucket) == [("00:00", "00:20")]


async def test_validation_that_is_turned_on_later(driver: Driver, bucket: Bucket) -> None:
    await make(driver, EnableLogFileValidation=True)
    await driver("cloudtrail", "UpdateTrail", Name="main", EnableLogFileValidation=False)
    await driver.advance(2 * HOUR)
    assert spans(bucket) == [("00:00", "00:05")]
    await driver("cloudtrail", "UpdateTrail", Name="main", EnableLogFileValidation=True)
    await driver.advance(HOUR)
    assert spans(bucket)[1:] == [("02:00", "03:00")]


async def test_keys_are_listed_by_when_they_were_valid(driver: Driver, bucket: Bucket) -> None:
    assert (await driver("cloudtrail", "ListPublicKeys"))["PublicKeyList"] == []
    await make(driver)
    await driver.advance(HOUR)
    (key,) = (await driver("cloudtrail", "ListPublicKeys"))["PublicKeyList"]
    assert key["Fingerprint"] == digests(bucket)[0]["digestPublicKeyFingerprint"]
    assert key["ValidityEndTime"] - key["ValidityStartTime"] == timedelta(days=365)
    start = to_datetime(START_MS)
    before: dict[str, Any] = {"StartTime": start - timedelta(hours=2), "EndTime": start - timedelta(hours=1)}
    assert (await driver("cloudtrail", "ListPublicKeys", **before))["PublicKeyList"] == []
    with pytest.raises(AwsError, match="InvalidTimeRangeException"):
        await driver("cloudtrail", "ListPublicKeys", StartTime=start, EndTime=start - timedelta(hours=1))
