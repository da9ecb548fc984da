"""Tags of buses and rules, as they are kept: a JSON object from key to value, in the order first given.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from windsock.kernel.errors import ValidationError
from windsock.services.events.limits import TAGS_PER_RESOURCE

TagList = Iterable[Mapping[str, str]]


def with_tags(kept: str, added: TagList) -> str:
    """What is kept once `added` (`[{"Key": ..., "Value": ...}]`) is put on it. Raises ValidationError."""
    tags: dict[str, str] = orjson.loads(kept)
    seen: set[str] = set()
    for tag in added:
        key = tag["Key"]
        if key.lower().startswith("aws:"):
            raise ValidationError(f"Tag key {key} is not valid. Reason: The prefix aws: is reserved.")
        if key in seen:
            raise ValidationError(f"Parameter Tags is not valid. Reason: Duplicate tag key {key}.")
        seen.add(key)
        tags[key] = tag["Value"]
    if len(tags) > TAGS_PER_RESOURCE:
        raise ValidationError(
            f"Parameter Tags is not valid. Reason: A resource has at most {TAGS_PER_RESOURCE} tags."
        )
    return orjson.dumps(tags).decode()


def without_tags(kept: str, keys: Iterable[str]) -> str:
    """What is kept once `keys` are gone; keys that are not there are no error."""
    removed = set(keys)
    tags: dict[str, str] = orjson.loads(kept)
    return orjson.dumps({key: value for key, value in tags.items() if key not in removed}).decode()


def tag_list(kept: str) -> list[dict[str, str]]:
    """The tags as the API answers them."""
    return [{"Key": key, "Value": value} for key, value in orjson.loads(kept).items()]


NO_TAGS = "{}"
