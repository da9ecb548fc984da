"""S3: a bucket keeps the notifications that windsock checked, and its objects' changes are told with them."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import moto.s3.notifications
from moto.s3.models import FakeBucket, S3Backend, s3_backends

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.observed import happened

_SETTINGS = "windsock_notifications"
_REMOVED = "ObjectRemoved:"

_delete_in_moto = S3Backend.delete_object


def apply() -> None:
    """Change moto's classes."""
    moto.s3.notifications.send_event = _on_event
    S3Backend.delete_object = _delete_object


@change("SetNotifications")
def set_notifications(account: str, region: str, params: dict[str, Any]) -> None:
    """Keep `Settings` with `Bucket`."""
    vars(bucket_of(account, params["Bucket"]))[_SETTINGS] = params["Settings"]


@change("DescribeNotifications")
def describe_notifications(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """`Settings` of a bucket with its `Account` and `Region`."""
    bucket = bucket_of(account, params["Bucket"])
    return {
        "Account": bucket.account_id,
        "Region": bucket.region_name,
        "Settings": vars(bucket).get(_SETTINGS, {}),
    }


def bucket_of(account: str, name: str) -> FakeBucket:
    """A bucket, whoever owns it. Raises AwsError when it is not there."""
    owner = s3_backends.bucket_accounts.get(name, ("aws", account))
    bucket = s3_backends[owner[1]][owner[0]].buckets.get(name)
    if bucket is None:
        raise AwsError(
            "The specified bucket does not exist",
            code="NoSuchBucket",
            status=404,
            details={"BucketName": name},
        )
    return bucket


def _on_event(account_id: str, event_name: Any, bucket: FakeBucket, key: Any) -> None:
    event = str(getattr(event_name, "value", event_name)).removeprefix("s3:")
    if not event.startswith(_REMOVED):  # moto knows no markers, and not each version that goes
        _tell(event, bucket, key)


def _delete_object(backend: S3Backend, bucket_name: str, key_name: str, *args: Any, **kwargs: Any) -> Any:
    """As moto's; the versions that are gone and the markers that are new are told."""
    bucket = backend.get_bucket(bucket_name)
    before = _versions(bucket, key_name)
    answer = _delete_in_moto(backend, bucket_name, key_name, *args, **kwargs)
    after = _versions(bucket, key_name)
    for number, version in before.items():
        if number not in after:
            _tell(f"{_REMOVED}Delete", bucket, version)
    for number, marker in after.items():
        if number not in before:
            _tell(f"{_REMOVED}DeleteMarkerCreated", bucket, marker)
    return answer


def _versions(bucket: FakeBucket, key_name: str) -> dict[str, Any]:
    return {each.version_id: each for each in bucket.keys.getlist(key_name, [])}


def _tell(event: str, bucket: FakeBucket, key: Any) -> None:
    settings = vars(bucket).get(_SETTINGS)
    if not settings:
        return
    until = getattr(key, "_expiry", None)
    happened(
        "s3.object",
        bucket.account_id,
        bucket.region_name,
        event=event,
        bucket=bucket.name,
        key=key.name,
        version=key.version_id if bucket.is_versioned else None,
        size=getattr(key, "size", None),
        etag=key.etag.strip('"') if hasattr(key, "etag") else None,
        storage_class=getattr(key, "storage_class", None),
        restored_until=until.replace(tzinfo=UTC) if until else None,
        settings=settings,
    )
