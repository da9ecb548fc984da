"""What tags of groups can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from windsock.engine.tag_sets import TagRules
from windsock.kernel.errors import ValidationError
from windsock.services.scheduler.limits import TAGS_PER_GROUP

_RULES = TagRules(
    most=TAGS_PER_GROUP,
    too_many=lambda most: ValidationError(f"A schedule group has at most {most} tags."),
    reserved=lambda _: ValidationError("aws: prefixed tag key names are not allowed for external use."),
)


def with_tags(kept: str, added: Iterable[Mapping[str, str]]) -> str:
    """What is kept once `added` (`[{"Key": ..., "Value": ...}]`) is put on it. Raises ValidationError."""
    return _RULES.with_tags(kept, {tag["Key"]: tag["Value"] for tag in added})
