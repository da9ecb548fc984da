"""Topics: made, listed, described, changed and deleted.

Source: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html and its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.services.sns import topic_rows
from windsock.services.sns.arns import TopicKey, required, topic_of
from windsock.services.sns.attribute_values import told_as
from windsock.services.sns.errors import InvalidParameter
from windsock.services.sns.limits import PAGE_SIZE, TOPIC_NAME_LENGTH
from windsock.services.sns.pages import rows_after
from windsock.services.sns.tables import subscriptions
from windsock.services.sns.tags import checked_tags
from windsock.services.sns.topic_attributes import checked, checked_for_creation, is_settable, shown
from windsock.services.sns.topic_cache import TopicCache
from windsock.store.schema import in_scope
from windsock.store.statements import Statement

_NAME: Final = re.compile(r"[A-Za-z0-9_-]+(\.fifo)?")

_COUNTS = Statement(
    sa.select(subscriptions.c.state, sa.func.count().label("number"))
    .where(
        *in_scope(subscriptions),
        subscriptions.c.topic == sa.bindparam("of_name"),
    )
    .group_by(subscriptions.c.state)
)


@command("CreateTopic")
def create_topic(ctx: Command, params: Params) -> Result:
    """Make a topic; one that exists with the same attributes and tags is answered as it is."""
    given: Mapping[str, str] = params.get("Attributes") or {}
    topic = _new_key(ctx, required(params, "Name"), given)
    with told_as("Attributes Reason: "):
        attributes = checked_for_creation(topic, given)
    tags = checked_tags(params.get("Tags") or [])
    row = topic_rows.find(ctx.tx, topic)
    if row is not None:
        _require_same(row, attributes, tags)
        return {"TopicArn": topic.arn}
    ctx.tx.execute(
        topic_rows.INSERT,
        {
            **topic.scope.columns,
            "name": topic.name,
            "attributes": orjson.dumps(attributes).decode(),
            "tags": orjson.dumps(tags).decode(),
            "data_protection": params.get("DataProtectionPolicy"),
            "deleted_subscriptions": 0,
            "created_ms": ctx.now_ms,
        },
    )
    return {"TopicArn": topic.arn}


@command("DeleteTopic")
def delete_topic(ctx: Command, params: Params) -> Result:
    """Delete a topic and its subscriptions; one that is not there is no error."""
    topic = topic_of(ctx, required(params, "TopicArn"))
    topic_rows.delete(ctx, topic)
    ctx.engine.part(TopicCache).forget(topic)
    return None


@query("ListTopics")
def list_topics(ctx: Query, params: Params) -> Result:
    """The topics of the account and region, a hundred a page."""
    which = rows_after(ctx.scope, params.get("NextToken"))
    rows = ctx.tx.rows(topic_rows.PAGE, {**which, "most": PAGE_SIZE + 1})
    return page(
        "Topics", rows, PAGE_SIZE, lambda row: row.name,
        lambda row: {"TopicArn": TopicKey(ctx.scope, row.name).arn},
    )  # fmt: skip


@query("GetTopicAttributes")
def get_topic_attributes(ctx: Query, params: Params) -> Result:
    """Everything about a topic, with AWS's defaults for what was never set."""
    topic = topic_of(ctx, required(params, "TopicArn"))
    row = topic_rows.existing(ctx, topic)
    counted = {found.state: found.number for found in ctx.tx.rows(_COUNTS, topic_rows.key_values(topic))}
    counts = {
        "SubscriptionsConfirmed": counted.get("confirmed", 0),
        "SubscriptionsPending": counted.get("pending", 0),
        "SubscriptionsDeleted": row.deleted_subscriptions,
    }
    return {"Attributes": shown(topic, orjson.loads(row.attributes), counts)}


@command("SetTopicAttributes")
def set_topic_attributes(ctx: Command, params: Params) -> Result:
    """Set one attribute of a topic; an empty value takes it back to its default."""
    topic = topic_of(ctx, required(params, "TopicArn"))
    name = required(params, "AttributeName")
    attributes = orjson.loads(topic_rows.existing(ctx, topic).attributes)
    if not is_settable(name):
        raise InvalidParameter("AttributeName")
    with told_as(""):
        attributes[name] = checked(topic, name, params.get("AttributeValue") or "")
    topic_rows.set_attributes(ctx, topic, attributes)
    ctx.engine.part(TopicCache).forget(topic)
    return None


def _new_key(ctx: Command, name: str, given: Mapping[str, str]) -> TopicKey:
    wants_fifo = given.get("FifoTopic", "").lower() == "true"
    if len(name) > TOPIC_NAME_LENGTH or not _NAME.fullmatch(name) or wants_fifo is not name.endswith(".fifo"):
        raise InvalidParameter("Topic Name")
    return TopicKey(ctx.scope, name)


def _require_same(row: Any, attributes: Mapping[str, str], tags: Mapping[str, str]) -> None:
    kept = orjson.loads(row.attributes)
    if any(kept.get(name) != value for name, value in attributes.items()):
        raise InvalidParameter("Attributes Reason: Topic already exists with different attributes")
    kept_tags = orjson.loads(row.tags)
    if any(kept_tags.get(key) != value for key, value in tags.items()):
        raise InvalidParameter("Tags Reason: Topic already exists with different tags")
