"""What tags of buses and rules can be.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from windsock.engine.tag_sets import TagRules
from windsock.kernel.errors import ValidationError
from windsock.services.events.limits import TAGS_PER_RESOURCE

_RULES = TagRules(
    most=TAGS_PER_RESOURCE,
    too_many=lambda most: _not_valid(f"A resource has at most {most} tags."),
    reserved=lambda key: ValidationError(f"Tag key {key} is not valid. Reason: The prefix aws: is reserved."),
)


def with_tags(kept: str, added: Iterable[Mapping[str, str]]) -> str:
    """What is kept once `added` (`[{"Key": ..., "Value": ...}]`) is put on it. Raises ValidationError."""
    tags: dict[str, str] = {}
    for tag in added:
        if tag["Key"] in tags:
            raise _not_valid(f"Duplicate tag key {tag['Key']}.")
        tags[tag["Key"]] = tag["Value"]
    return _RULES.with_tags(kept, tags)


def _not_valid(reason: str) -> ValidationError:
    return ValidationError(f"Parameter Tags is not valid. Reason: {reason}")
