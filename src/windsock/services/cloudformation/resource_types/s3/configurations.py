"""The configurations of a bucket: which calls put and remove each, and how calls have them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

Shape = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Configuration:
    """One: `remove` takes it away; where there is no such call, `nothing` is put."""

    put: str
    parameter: str
    as_called: Callable[[Any], Any]
    remove: str = ""
    nothing: Any = None


def _same(value: Any) -> Any:
    return value


def _renamed(value: Shape, names: Mapping[str, str]) -> dict[str, Any]:
    """An object with some members under other names."""
    return {names.get(name, name): each for name, each in value.items()}


def _encryption(value: Shape) -> dict[str, Any]:
    names = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
    return {"Rules": [_renamed(rule, names) for rule in value["ServerSideEncryptionConfiguration"]]}


def _logging(value: Shape) -> dict[str, Any]:
    names = {"DestinationBucketName": "TargetBucket", "LogFilePrefix": "TargetPrefix"}
    return {"LoggingEnabled": {"TargetPrefix": "", **_renamed(value, names)}}


def _cors(value: Shape) -> dict[str, Any]:
    names = {"Id": "ID", "MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders"}
    return {"CORSRules": [_renamed(rule, names) for rule in value["CorsRules"]]}


def _website(value: Shape) -> dict[str, Any]:
    site = dict(value)
    if "IndexDocument" in value:
        site["IndexDocument"] = {"Suffix": value["IndexDocument"]}
    if "ErrorDocument" in value:
        site["ErrorDocument"] = {"Key": value["ErrorDocument"]}
    names = {"RedirectRule": "Redirect", "RoutingRuleCondition": "Condition"}
    if "RoutingRules" in value:
        site["RoutingRules"] = [_renamed(rule, names) for rule in value["RoutingRules"]]
    return site


def _notifications(value: Shape) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, whom, called, whom_called in (
        ("LambdaConfigurations", "Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
        ("QueueConfigurations", "Queue", "QueueConfigurations", "QueueArn"),
        ("TopicConfigurations", "Topic", "TopicConfigurations", "TopicArn"),
    ):
        if name in value:
            found[called] = [
                {whom_called: each[whom], "Events": [each["Event"]], **_filter(each)} for each in value[name]
            ]
    bridge = value.get("EventBridgeConfiguration")
    if bridge is not None and bridge.get("EventBridgeEnabled", True):
        found["EventBridgeConfiguration"] = {}
    return found


def _filter(value: Shape) -> dict[str, Any]:
    return (
        {"Filter": {"Key": {"FilterRules": value["Filter"]["S3Key"]["Rules"]}}} if "Filter" in value else {}
    )


def _lifecycle(value: Shape) -> dict[str, Any]:
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


_SIZES: Final = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
_EXPIRATION: Final = {
    "ExpirationInDays": "Days",
    "ExpirationDate": "Date",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
}


def _lifecycle_rule(rule: Shape) -> dict[str, Any]:
    found: dict[str, Any] = {"Status": rule["Status"], "Filter": _lifecycle_filter(rule)}
    if "Id" in rule:
        found["ID"] = rule["Id"]
    expiration = {called: _moment(rule[name]) for name, called in _EXPIRATION.items() if name in rule}
    if expiration:
        found["Expiration"] = expiration
    transitions = [*rule.get("Transitions", ()), *_one(rule, "Transition")]
    if transitions:
        names = {"TransitionInDays": "Days", "TransitionDate": "Date"}
        renamed = [_renamed(each, names) for each in transitions]
        found["Transitions"] = [{name: _moment(each[name]) for name in each} for each in renamed]
    later = [*rule.get("NoncurrentVersionTransitions", ()), *_one(rule, "NoncurrentVersionTransition")]
    if later:
        names = {"TransitionInDays": "NoncurrentDays"}
        found["NoncurrentVersionTransitions"] = [_renamed(each, names) for each in later]
    if "NoncurrentVersionExpirationInDays" in rule:
        found["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if name in rule:
            found[name] = rule[name]
    return found


def _lifecycle_filter(rule: Shape) -> dict[str, Any]:
    """Which objects: one condition stands by itself, several are `And`."""
    sizes = {name: int(rule[name]) for name in _SIZES if name in rule}
    prefix = {"Prefix": rule["Prefix"]} if "Prefix" in rule else {}
    tags = rule.get("TagFilters", [])
    if len(sizes) + len(prefix) + len(tags) > 1:
        return {"And": {**prefix, **sizes, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else sizes or prefix or {"Prefix": ""}


def _one(rule: Shape, name: str) -> list[Any]:
    return [rule[name]] if name in rule else []


def _moment(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) and value[:4].isdigit() else value


def _acceleration(value: Shape) -> dict[str, Any]:
    return {"Status": value["AccelerationStatus"]}


def _replication(value: Shape) -> dict[str, Any]:
    rules = [_renamed(rule, {"Id": "ID"}) for rule in value["Rules"]]
    for rule in rules:
        if "Filter" in rule:
            rule["Filter"] = _renamed(rule["Filter"], {"TagFilter": "Tag"})
    return {**value, "Rules": rules}


# By their properties, in an order in which each may need those before it.
CONFIGURATIONS: Final[Mapping[str, Configuration]] = {
    "OwnershipControls": Configuration(
        "PutBucketOwnershipControls", "OwnershipControls", _same, "DeleteBucketOwnershipControls"
    ),
    "PublicAccessBlockConfiguration": Configuration(
        "PutPublicAccessBlock", "PublicAccessBlockConfiguration", _same, "DeletePublicAccessBlock"
    ),
    "VersioningConfiguration": Configuration(
        "PutBucketVersioning", "VersioningConfiguration", _same, nothing={"Status": "Suspended"}
    ),
    "BucketEncryption": Configuration(
        "PutBucketEncryption", "ServerSideEncryptionConfiguration", _encryption, "DeleteBucketEncryption"
    ),
    "LifecycleConfiguration": Configuration(
        "PutBucketLifecycleConfiguration", "LifecycleConfiguration", _lifecycle, "DeleteBucketLifecycle"
    ),
    "CorsConfiguration": Configuration("PutBucketCors", "CORSConfiguration", _cors, "DeleteBucketCors"),
    "WebsiteConfiguration": Configuration(
        "PutBucketWebsite", "WebsiteConfiguration", _website, "DeleteBucketWebsite"
    ),
    "LoggingConfiguration": Configuration("PutBucketLogging", "BucketLoggingStatus", _logging, nothing={}),
    "AccelerateConfiguration": Configuration(
        "PutBucketAccelerateConfiguration",
        "AccelerateConfiguration",
        _acceleration,
        nothing={"Status": "Suspended"},
    ),
    "ObjectLockConfiguration": Configuration(
        "PutObjectLockConfiguration",
        "ObjectLockConfiguration",
        _same,
        nothing={"ObjectLockEnabled": "Enabled"},
    ),
    "ReplicationConfiguration": Configuration(
        "PutBucketReplication", "ReplicationConfiguration", _replication, "DeleteBucketReplication"
    ),
    "NotificationConfiguration": Configuration(
        "PutBucketNotificationConfiguration", "NotificationConfiguration", _notifications, nothing={}
    ),
}
