"""What tags of trails can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from windsock.engine.tag_sets import TagRules
from windsock.services.cloudtrail.errors import InvalidTag, TagsLimitExceeded
from windsock.services.cloudtrail.limits import TAGS_PER_TRAIL

_RULES = TagRules(
    most=TAGS_PER_TRAIL,
    too_many=lambda most: TagsLimitExceeded(f"A trail has at most {most} tags."),
    reserved=lambda key: InvalidTag(f"The tag key {key} begins with aws:, which AWS keeps for itself."),
)


def with_tags(kept: str, added: Iterable[Mapping[str, str]]) -> str:
    """What is kept once `added` (`[{"Key": ..., "Value": ...}]`) is put on it."""
    return _RULES.with_tags(kept, {tag["Key"]: tag.get("Value", "") for tag in added})
