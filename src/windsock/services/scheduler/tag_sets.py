"""Tags of groups, as they are kept: a JSON object from key to value, in the order first given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import orjson

from windsock.kernel.errors import ValidationError
from windsock.services.scheduler.limits import TAGS_PER_GROUP

NO_TAGS: Final = "{}"


def with_tags(kept: str, added: Iterable[Mapping[str, str]]) -> str:
    """What is kept once `added` (`[{"Key": ..., "Value": ...}]`) is put on it. Raises ValidationError."""
    tags: dict[str, str] = orjson.loads(kept)
    for tag in added:
        if tag["Key"].lower().startswith("aws:"):
            raise ValidationError("aws: prefixed tag key names are not allowed for external use.")
        tags[tag["Key"]] = tag["Value"]
    if len(tags) > TAGS_PER_GROUP:
        raise ValidationError(f"A schedule group has at most {TAGS_PER_GROUP} tags.")
    return orjson.dumps(tags).decode()


def without_tags(kept: str, keys: Iterable[str]) -> str:
    """What is kept once `keys` are gone; keys that are not there are no error."""
    removed = set(keys)
    tags: dict[str, str] = orjson.loads(kept)
    return orjson.dumps({key: value for key, value in tags.items() if key not in removed}).decode()


def tag_list(kept: str) -> list[dict[str, str]]:
    """The tags as the API answers them."""
    return [{"Key": key, "Value": value} for key, value in orjson.loads(kept).items()]
