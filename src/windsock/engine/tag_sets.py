"""Sets of tags, as they are kept: a JSON object from key to value, in the order first given.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from windsock.kernel.errors import AwsError

NO_TAGS: Final = "{}"
_RESERVED_PREFIX: Final = "aws:"


@dataclass(frozen=True, slots=True)
class TagRules:
    """How many tags a resource has at most, and a service's errors for more, or for a reserved key."""

    most: int
    too_many: Callable[[int], AwsError]
    reserved: Callable[[str], AwsError]

    def merged(self, kept: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
        """`kept` with `added` on it, over the values of keys that are there.

        Raises `reserved` of a key that begins with "aws:" in any case, `too_many` of `most`.
        """
        for key in added:
            if key.lower().startswith(_RESERVED_PREFIX):
                raise self.reserved(key)
        tags = {**kept, **added}
        if len(tags) > self.most:
            raise self.too_many(self.most)
        return tags

    def with_tags(self, kept: str, added: Mapping[str, str]) -> str:
        """What `merged` gives, from and to the form in which tags are kept."""
        return orjson.dumps(self.merged(orjson.loads(kept), added)).decode()


def without_tags(kept: str, keys: Iterable[str]) -> str:
    """What is kept once `keys` are gone; keys that are not there are no error."""
    removed = frozenset(keys)
    left = {key: value for key, value in orjson.loads(kept).items() if key not in removed}
    return orjson.dumps(left).decode()


def tag_list(kept: str) -> list[dict[str, str]]:
    """The tags as most APIs answer them: `[{"Key": ..., "Value": ...}]`."""
    return [{"Key": key, "Value": value} for key, value in orjson.loads(kept).items()]
