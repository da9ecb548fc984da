"""Tags among a call's parameters, as the condition keys `aws:RequestTag/...` and `aws:TagKeys`.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requesttag
and #condition-keys-tagkeys beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

# The parameters that hold tags or, when tags are taken away, their keys; each service spells them its way.
_TAGS: Final = (
    "Tags",
    "tags",
    "TagList",
    "TagSpecifications",
    "tagsToAdd",
    "Tagging",
    "TagSet",
    "TagDescriptions",
)
_KEYS: Final = ("TagKeys", "tagKeys", "tagKeyList")
_NAMES: Final = frozenset({*_TAGS, *_KEYS})
REQUEST_TAG: Final = "aws:RequestTag"
_PAIRS: Final = (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue"))


def tag_context(params: Mapping[str, Any], lead: str = REQUEST_TAG) -> dict[str, str | tuple[str, ...]]:
    """The condition keys about tags that a call gives; those of each tag begin with `lead`."""
    if _NAMES.isdisjoint(params):
        return {}
    pairs = list(tags_in(params))
    keys = [key for key, _ in pairs]
    for name in _KEYS:
        listed = params.get(name)
        if isinstance(listed, list):
            keys += [key for key in listed if isinstance(key, str)]
    context: dict[str, str | tuple[str, ...]] = {f"{lead}/{key}": value for key, value in pairs}
    if keys:
        context["aws:TagKeys" if lead == REQUEST_TAG else f"{lead}Keys"] = tuple(dict.fromkeys(keys))
    return context


def tags_in(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Key and value of each tag among the parameters, or the members of an answer."""
    for name in _TAGS:
        if name in params:
            yield from _pairs(params[name])


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    """Key and value of each tag in a map, a list of pairs, the query of a URL, or what holds one of those."""
    if isinstance(value, str):
        yield from parse_qsl(value, keep_blank_values=True)
    elif isinstance(value, list):
        for each in value:
            yield from _pairs(each)
    elif isinstance(value, Mapping):
        for key, content in _PAIRS:
            if isinstance(value.get(key), str):
                yield value[key], str(value.get(content, ""))
                return
        within = [name for name in _TAGS if isinstance(value.get(name), list | Mapping)]
        for name in within:
            yield from _pairs(value[name])
        if not within:
            yield from ((name, content) for name, content in value.items() if isinstance(content, str))
