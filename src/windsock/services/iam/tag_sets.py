"""Sets of tags on IAM's things.

The keys of tags on users and roles do not differ by case alone; those on all other things do.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from windsock.engine.tag_sets import NO_TAGS
from windsock.services.iam.errors import InvalidInput, LimitExceeded
from windsock.services.iam.limits import TAGS

Tags = Sequence[Mapping[str, str]]


def with_tags(kept: str, added: Tags, *, any_case: bool = False) -> str:
    """`kept` and `added`, over the values of keys that are there.

    Raises InvalidInput for a key given twice or reserved, LimitExceeded for too many in all.
    """
    keys = [_folded(tag["Key"], any_case) for tag in added]
    if len(set(keys)) < len(keys):
        remark = " Please note that Tag keys are case insensitive." if any_case else ""
        raise InvalidInput(f"Duplicate tag keys found.{remark}")
    for tag in added:
        if tag["Key"].lower().startswith("aws:"):
            raise InvalidInput("Tag keys beginning with 'aws:' are reserved for system use.")
    tags: dict[str, str] = orjson.loads(kept)
    replaced = {_folded(key, any_case): key for key in tags}
    for tag, key in zip(added, keys, strict=True):
        if any_case and key in replaced and replaced[key] != tag["Key"]:
            del tags[replaced[key]]
        tags[tag["Key"]] = tag["Value"]
    if len(tags) > TAGS:
        raise LimitExceeded("The number of tags has reached the maximum limit.")
    return orjson.dumps(tags).decode()


def new_tags(params: Mapping[str, Any], *, any_case: bool = False) -> str:
    """The tags that the parameters of a call give to a new thing."""
    return with_tags(NO_TAGS, params.get("Tags", ()), any_case=any_case)


def without_tags(kept: str, keys: Iterable[str], *, any_case: bool = False) -> str:
    """What is kept once `keys` are gone; keys that are not there are no error."""
    gone = {_folded(key, any_case) for key in keys}
    tags = orjson.loads(kept)
    return orjson.dumps({key: tags[key] for key in tags if _folded(key, any_case) not in gone}).decode()


def _folded(key: str, any_case: bool) -> str:
    return key.lower() if any_case else key
