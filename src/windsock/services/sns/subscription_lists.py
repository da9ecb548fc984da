"""Lists of subscriptions: of a topic, or of an account.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html,
https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import page
from windsock.services.sns import topic_rows
from windsock.services.sns.arns import DELETED_IN_LISTS, PENDING_IN_LISTS, required, topic_of
from windsock.services.sns.limits import PAGE_SIZE
from windsock.services.sns.pages import start_after
from windsock.services.sns.subscription_rows import key_of
from windsock.services.sns.tables import subscriptions as table
from windsock.store.schema import in_scope
from windsock.store.statements import Statement

_OF_TOPIC = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.topic == sa.bindparam("of_name"),
        table.c.id > sa.bindparam("after"),
    )
    .order_by(table.c.id)
    .limit(PAGE_SIZE + 1)
)
_OF_OWNER = Statement(
    sa.select(table)
    .where(
        table.c.owner == sa.bindparam("owner"),
        table.c.region == sa.bindparam("region"),
        sa.or_(
            table.c.topic > sa.bindparam("after_topic"),
            sa.and_(table.c.topic == sa.bindparam("after_topic"), table.c.id > sa.bindparam("after_id")),
        ),
    )
    .order_by(table.c.topic, table.c.id)
    .limit(PAGE_SIZE + 1)
)

_SHOWN_INSTEAD = {"pending": PENDING_IN_LISTS, "ended": DELETED_IN_LISTS}


@query("ListSubscriptionsByTopic")
def list_subscriptions_by_topic(ctx: Query, params: Params) -> Result:
    """The subscriptions of a topic, a hundred a page."""
    topic = topic_of(ctx, required(params, "TopicArn"))
    topic_rows.existing(ctx, topic)
    (after,) = start_after(params.get("NextToken"), "")
    rows = ctx.tx.rows(_OF_TOPIC, {**topic_rows.key_values(topic), "after": after})
    return page("Subscriptions", rows, PAGE_SIZE, lambda row: row.id, _shown)


@query("ListSubscriptions")
def list_subscriptions(ctx: Query, params: Params) -> Result:
    """The caller's subscriptions in the region, to its own topics and others', a hundred a page."""
    topic, subscription_id = start_after(params.get("NextToken"), "", "")
    rows = ctx.tx.rows(
        _OF_OWNER,
        {
            "owner": ctx.scope.account,
            "region": ctx.scope.region,
            "after_topic": topic,
            "after_id": subscription_id,
        },
    )
    return page("Subscriptions", rows, PAGE_SIZE, lambda row: [row.topic, row.id], _shown)


def _shown(row: Any) -> dict[str, str]:
    key = key_of(row)
    return {
        "SubscriptionArn": _SHOWN_INSTEAD.get(row.state, key.arn),
        "Owner": row.owner,
        "Protocol": row.protocol,
        "Endpoint": row.endpoint,
        "TopicArn": key.topic.arn,
    }
