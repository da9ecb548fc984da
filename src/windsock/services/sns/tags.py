"""Tags of topics.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.sns import topic_rows
from windsock.services.sns.arns import TopicKey, required, topic_of
from windsock.services.sns.errors import InvalidParameter, ResourceNotFound, TagLimitExceeded
from windsock.services.sns.limits import MAX_TAGS


def checked_tags(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Tags by their keys; raises InvalidParameter when a key is there twice."""
    tags = {required(tag, "Key"): tag.get("Value", "") for tag in given}
    if len(tags) != len(given):
        raise InvalidParameter("Duplicated keys are not allowed.")
    _require_room(tags)
    return tags


@command("TagResource")
def tag_resource(ctx: Command, params: Params) -> Result:
    """Add tags to a topic, over those with the same keys."""
    topic = topic_of(ctx, required(params, "ResourceArn"), "ResourceArn")
    tags = _tags_of(ctx, topic) | checked_tags(params.get("Tags") or [])
    _require_room(tags)
    topic_rows.set_tags(ctx, topic, tags)
    return {}


@command("UntagResource")
def untag_resource(ctx: Command, params: Params) -> Result:
    """Take tags off a topic by their keys; a key that is not there is no error."""
    topic = topic_of(ctx, required(params, "ResourceArn"), "ResourceArn")
    gone = set(params.get("TagKeys") or [])
    topic_rows.set_tags(
        ctx, topic, {key: value for key, value in _tags_of(ctx, topic).items() if key not in gone}
    )
    return {}


@query("ListTagsForResource")
def list_tags_for_resource(ctx: Query, params: Params) -> Result:
    """The tags of a topic."""
    topic = topic_of(ctx, required(params, "ResourceArn"), "ResourceArn")
    return {"Tags": [{"Key": key, "Value": value} for key, value in _tags_of(ctx, topic).items()]}


def _tags_of(ctx: Query | Command, topic: TopicKey) -> dict[str, str]:
    row = topic_rows.find(ctx.tx, topic)
    if row is None:
        raise ResourceNotFound("Resource does not exist")
    tags: dict[str, str] = orjson.loads(row.tags)
    return tags


def _require_room(tags: Mapping[str, str]) -> None:
    if len(tags) > MAX_TAGS:
        raise TagLimitExceeded("Could not complete request: tag quota of per resource exceeded")
