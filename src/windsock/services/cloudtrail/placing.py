"""Where what a trail delivers goes, and putting files into its bucket, as CloudTrail.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.kernel.arns import Arn
from windsock.kernel.scope import Scope

SERVICE: Final = "cloudtrail.amazonaws.com"
# A file is its bucket's owner's, whoever that is; policies of buckets ask for it.
OWNERS: Final = "bucket-owner-full-control"


# The organisation of a trail, beside what it was made with.
ORGANIZATION_ID: Final = "OrganizationId"


def key_prefix(account: str, settings: Mapping[str, Any]) -> str:
    """How the keys of all files that a trail delivers of an account begin."""
    prefix = f"{settings['S3KeyPrefix']}/" if settings.get("S3KeyPrefix") else ""
    organization = f"{settings[ORGANIZATION_ID]}/" if ORGANIZATION_ID in settings else ""
    return f"{prefix}AWSLogs/{organization}{account}/"


def trail_caller(home: Scope, name: str) -> Caller:
    """CloudTrail, for a trail."""
    return Caller.service(SERVICE, home.account, home.arn("cloudtrail", f"trail/{name}"))


def log_stream(group: Arn, account: str, home: Scope, settings: Mapping[str, Any]) -> dict[str, str]:
    """The stream for an account's events of a trail in a log group, as calls of Logs name it."""
    organization = f"{settings[ORGANIZATION_ID]}_" if ORGANIZATION_ID in settings else ""
    return {
        "logGroupName": group_name(group),
        "logStreamName": f"{organization}{account}_CloudTrail_{home.region}",
    }


def group_name(group: Arn) -> str:
    """The name of a log group."""
    return group.resource.removeprefix("log-group:").removesuffix(":*")


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a trail's files go: its home, name and settings."""

    home: Scope
    trail: str
    settings: Mapping[str, Any]


async def put_file(
    engine: Engine, placing: Placing, key: str, content: bytes, metadata: Mapping[str, str] | None = None
) -> None:
    """Put a file, gzipped, into the bucket, encrypted as the trail says. Raises AwsError."""
    kms_key = placing.settings.get("KmsKeyId")
    await engine.call(
        "s3",
        "PutObject",
        {
            "Bucket": placing.settings["S3BucketName"],
            "Key": key,
            "ACL": OWNERS,
            "Body": gzip.compress(content, mtime=0),
            "ContentType": "application/json",
            "ContentEncoding": "gzip",
            **({"Metadata": dict(metadata)} if metadata else {}),
            **({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}),
        },
        caller=trail_caller(placing.home, placing.trail),
        scope=placing.home,
    )
