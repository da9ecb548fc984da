"""Digest files: what they hold, where they lie, and what of them is signed.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
and https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from windsock.kernel.clock import iso_seconds, to_datetime
from windsock.services.cloudtrail.placing import key_prefix
from windsock.store.statements import Row

SIGNATURE_ALGORITHM: Final = "SHA256withRSA"
_HASH_ALGORITHM: Final = "SHA-256"


@dataclass(frozen=True, slots=True)
class Previous:
    """The digest file before: its place, the hash of its content, and its signature in hexadecimal digits."""

    bucket: str
    key: str
    hash: str
    signature: str


@dataclass(frozen=True, slots=True)
class DigestFile:
    """A digest file of a trail and a region: of the log files (rows) that were delivered from `start_ms` to
    `end_ms`. `settings` are the trail's; a starting digest file has nothing before it."""

    account: str
    trail: str
    home_region: str
    region: str
    settings: Mapping[str, Any]
    start_ms: int
    end_ms: int
    fingerprint: str
    previous: Previous | None
    log_files: Sequence[Row]

    @property
    def bucket(self) -> str:
        """The bucket it goes to."""
        return str(self.settings["S3BucketName"])

    @property
    def key(self) -> str:
        """Its key."""
        end = to_datetime(self.end_ms)
        return (
            f"{key_prefix(self.account, self.settings)}CloudTrail-Digest/{self.region}/{end:%Y/%m/%d}/"
            f"{self.account}_CloudTrail-Digest_{self.region}_{self.trail}_{self.home_region}_"
            f"{end:%Y%m%dT%H%M%SZ}.json.gz"
        )

    @property
    def content(self) -> bytes:
        """What is in it."""
        newest = max((each.newest_ms for each in self.log_files), default=None)
        oldest = min((each.oldest_ms for each in self.log_files), default=None)
        before = self.previous
        return orjson.dumps(
            {
                "awsAccountId": self.account,
                "digestStartTime": iso_seconds(self.start_ms),
                "digestEndTime": iso_seconds(self.end_ms),
                "digestS3Bucket": self.bucket,
                "digestS3Object": self.key,
                "digestPublicKeyFingerprint": self.fingerprint,
                "digestSignatureAlgorithm": SIGNATURE_ALGORITHM,
                "newestEventTime": None if newest is None else iso_seconds(newest),
                "oldestEventTime": None if oldest is None else iso_seconds(oldest),
                "previousDigestS3Bucket": before and before.bucket,
                "previousDigestS3Object": before and before.key,
                "previousDigestHashValue": before and before.hash,
                "previousDigestHashAlgorithm": before and _HASH_ALGORITHM,
                "previousDigestSignature": before and before.signature,
                "logFiles": [_listed(each) for each in self.log_files],
            }
        )

    def to_sign(self, content: bytes) -> bytes:
        """The text that is signed."""
        before = self.previous.signature if self.previous else "null"
        lines = (iso_seconds(self.end_ms), f"{self.bucket}/{self.key}", hash_of(content), before)
        return "\n".join(lines).encode()

    def followed(self, content: bytes, signature: str) -> Previous:
        """What the next digest file says of this one."""
        return Previous(self.bucket, self.key, hash_of(content), signature)


def hash_of(content: bytes) -> str:
    """The hash of a file's content, before it is compressed."""
    return hashlib.sha256(content).hexdigest()


def _listed(log_file: Row) -> dict[str, Any]:
    return {
        "s3Bucket": log_file.bucket,
        "s3Object": log_file.object,
        "hashValue": log_file.hash,
        "hashAlgorithm": _HASH_ALGORITHM,
        "newestEventTime": iso_seconds(log_file.newest_ms),
        "oldestEventTime": iso_seconds(log_file.oldest_ms),
    }
