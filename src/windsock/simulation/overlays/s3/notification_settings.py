"""The notifications of a bucket as settings: which are valid, and which a key and an event are for.

Settings have the shape of `NotificationConfiguration` in S3's API.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.ids import uuid4
from windsock.kernel.models import service_model
from windsock.simulation.overlays.s3.errors import InvalidArgument
from windsock.simulation.overlays.s3.limits import CHARACTERS_OF_A_FILTER, CONFIGURATIONS_OF_A_BUCKET

Settings = Mapping[str, Any]


class _Form(NamedTuple):
    """A list of the settings: the member that names the receiver, and the receiver's service."""

    member: str
    service: str


FORMS: Final = {
    "TopicConfigurations": _Form("TopicArn", "sns"),
    "QueueConfigurations": _Form("QueueArn", "sqs"),
    "LambdaFunctionConfigurations": _Form("LambdaFunctionArn", "lambda"),
}

_OVERLAP: Final = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
    "overlapping for the same event type."
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One receiver with what it is told of. `events` are as in the settings (`s3:ObjectCreated:*`)."""

    id: str
    arn: Arn
    events: tuple[str, ...]
    prefix: str
    suffix: str

    def takes(self, event: str, key: str) -> bool:
        """Whether an event such as `ObjectCreated:Put` of a key (not encoded) is for it."""
        wanted = any(_covers(each, f"s3:{event}") for each in self.events)
        return wanted and key.startswith(self.prefix) and key.endswith(self.suffix)


def rules(settings: Settings) -> Iterator[Rule]:
    """The rules of valid settings, in their order."""
    for name, form in FORMS.items():
        for each in settings.get(name) or ():
            filters = {rule["Name"].lower(): rule.get("Value", "") for rule in _filter_rules(each)}
            yield Rule(
                each.get("Id", ""),
                _arn(each, *form),
                tuple(each["Events"]),
                filters.get("prefix", ""),
                filters.get("suffix", ""),
            )


def announces_on_bus(settings: Settings) -> bool:
    """Whether all events go to the default bus."""
    return settings.get("EventBridgeConfiguration") is not None


def checked(settings: Settings) -> dict[str, Any]:
    """Settings as they are kept: each rule with an id. Raises InvalidArgument."""
    kept = {
        name: [_checked(each, *form) for each in settings.get(name) or ()] for name, form in FORMS.items()
    }
    found: dict[str, Any] = {name: each for name, each in kept.items() if each}
    all_rules = list(rules(found))
    if len(all_rules) > CONFIGURATIONS_OF_A_BUCKET:
        raise InvalidArgument(
            f"A bucket has at most {CONFIGURATIONS_OF_A_BUCKET} notification configurations"
        )
    if len({rule.id for rule in all_rules}) < len(all_rules):
        raise InvalidArgument("Same ID used for multiple configurations. IDs must be unique")
    if any(_overlap(one, other) for one, other in itertools.combinations(all_rules, 2)):
        raise InvalidArgument(_OVERLAP)
    if announces_on_bus(settings):
        found["EventBridgeConfiguration"] = {}
    return found


def _checked(each: Mapping[str, Any], member: str, service: str) -> dict[str, Any]:
    _arn(each, member, service)
    for event in each["Events"]:
        if event not in _events():
            raise InvalidArgument("A specified event is not supported for notifications", "Event", event)
    kept = {**each, "Id": each.get("Id") or uuid4(), "Events": list(each["Events"])}
    given = _filter_rules(each)
    if given:
        kept["Filter"] = {"Key": {"FilterRules": [_checked_filter(rule) for rule in given]}}
    if len({rule["Name"].lower() for rule in given}) < len(given):
        raise InvalidArgument("Cannot specify more than one prefix or suffix rule in a filter.")
    return kept


def _arn(each: Mapping[str, Any], member: str, service: str) -> Arn:
    arn = parse_arn(each[member])
    if arn is None or arn.service != service:
        raise InvalidArgument("The ARN is not well formed", member, each[member])
    return arn


def _checked_filter(rule: Mapping[str, str]) -> dict[str, str]:
    name, value = rule.get("Name", "").capitalize(), rule.get("Value", "")
    if name not in {"Prefix", "Suffix"}:
        raise InvalidArgument("filter rule name must be either prefix or suffix", "FilterRule.Name", name)
    if len(value) > CHARACTERS_OF_A_FILTER:
        most = CHARACTERS_OF_A_FILTER
        raise InvalidArgument(f"Size of filter rule value cannot exceed {most} bytes in UTF-8", name, value)
    return {"Name": name, "Value": value}


def _filter_rules(each: Mapping[str, Any]) -> list[dict[str, str]]:
    return ((each.get("Filter") or {}).get("Key") or {}).get("FilterRules") or []


def _overlap(one: Rule, other: Rule) -> bool:
    return (
        any(_covers(a, b) or _covers(b, a) for a in one.events for b in other.events)
        and (one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix))
        and (one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix))
    )


def _covers(wanted: str, event: str) -> bool:
    """Whether the name of an event, or of a family of them that ends in `*`, includes another."""
    return wanted == event or (wanted.endswith(":*") and event.startswith(wanted[:-1]))


def _events() -> frozenset[str]:
    shape: Any = service_model("s3").shape_for("Event")
    return frozenset(shape.enum)
