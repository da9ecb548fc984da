"""What tags of alarms and dashboards can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from windsock.engine.tag_sets import TagRules
from windsock.services.cloudwatch.errors import InvalidParameterValue, LimitExceeded
from windsock.services.cloudwatch.limits import TAGS

_RULES = TagRules(
    most=TAGS,
    too_many=lambda most: LimitExceeded(f"A resource has at most {most} tags."),
    reserved=lambda _: InvalidParameterValue("aws: prefixed tag key names are not allowed for external use."),
)


def with_tags(kept: str, added: Iterable[Mapping[str, str]]) -> str:
    """What is kept once `added` (`[{"Key": ..., "Value": ...}]`) is put on it."""
    return _RULES.with_tags(kept, {tag["Key"]: tag["Value"] for tag in added})
