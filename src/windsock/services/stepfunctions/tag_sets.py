"""What tags of state machines and activities can be.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_Tag.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from windsock.engine.tag_sets import TagRules
from windsock.services.stepfunctions.errors import TooManyTags, not_valid
from windsock.services.stepfunctions.limits import TAGS_PER_RESOURCE

_RULES = TagRules(
    most=TAGS_PER_RESOURCE,
    too_many=TooManyTags,
    reserved=lambda key: not_valid(f"Tag keys cannot begin with aws: {key}"),
)


def with_tags(kept: str, added: Iterable[Mapping[str, str]]) -> str:
    """What is kept once `added` (`[{"key": ..., "value": ...}]`) is put on it. Raises TooManyTags."""
    return _RULES.with_tags(kept, {tag["key"]: tag.get("value", "") for tag in added if "key" in tag})


def shown(kept: str) -> list[dict[str, str]]:
    """The tags as they are answered."""
    return [{"key": key, "value": value} for key, value in orjson.loads(kept).items()]
