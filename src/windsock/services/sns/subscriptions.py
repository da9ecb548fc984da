"""Subscriptions: made, described, changed and ended.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html,
https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.engine.calls import Caller
from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.ids import token, uuid4
from windsock.services.sns import confirmations, subscription_rows, topic_rows
from windsock.services.sns.arns import (
    PENDING_ARN,
    SubscriptionKey,
    TopicKey,
    required,
    subscription_anywhere,
    subscription_of,
    topic_of,
)
from windsock.services.sns.attribute_values import told_as
from windsock.services.sns.endpoints import check_endpoint, is_confirmed_at_once
from windsock.services.sns.errors import (
    AuthorizationError,
    FilterPolicyLimitExceeded,
    InvalidParameter,
    NotFound,
)
from windsock.services.sns.limits import MAX_FILTER_POLICIES_PER_TOPIC
from windsock.services.sns.subscription_attributes import (
    Subject,
    checked,
    checked_for_creation,
    is_settable,
    same,
    shown,
)
from windsock.services.sns.topic_cache import TopicCache

NO_SUBSCRIPTION = "Subscription does not exist"


@command("Subscribe")
def subscribe(ctx: Command, params: Params) -> Result:
    """Subscribe an endpoint; one that others own is asked to confirm first."""
    topic = topic_of(ctx, required(params, "TopicArn"))
    protocol = required(params, "Protocol")
    endpoint = params.get("Endpoint") or ""
    check_endpoint(topic, protocol, endpoint)
    topic_row = topic_rows.existing(ctx, topic)
    given: Mapping[str, str] = params.get("Attributes") or {}
    with told_as("Attributes Reason: "):
        attributes = checked_for_creation(Subject(topic.fifo, protocol, endpoint, {}), given)
    row = subscription_rows.find_by_endpoint(ctx.tx, topic, protocol, endpoint)
    if row is None:
        row = _make(ctx, topic, protocol, endpoint, attributes)
    elif not same(orjson.loads(row.attributes), attributes):
        raise InvalidParameter("Attributes Reason: Subscription already exists with different attributes")
    if row.state == "pending":
        confirmations.ask(ctx, row, orjson.loads(topic_row.attributes))
    hide = row.state == "pending" and not params.get("ReturnSubscriptionArn")
    return {"SubscriptionArn": PENDING_ARN if hide else subscription_rows.key_of(row).arn}


@command("Unsubscribe")
def unsubscribe(ctx: Command, params: Params) -> Result:
    """End a subscription; one that is not there is no error.

    Whoever has the link may end it, unless its confirmation said otherwise; who does not sign is told
    how to take it up again.
    """
    key = subscription_anywhere(required(params, "SubscriptionArn"))
    row = subscription_rows.find(ctx.tx, key)
    if row is None:
        return None
    if row.state == "pending":
        raise InvalidParameter(
            "SubscriptionArn Reason: This subscription is not confirmed and cannot be unsubscribed"
        )
    is_owner = _is_owner(ctx.call.caller, row)
    if row.authenticate_on_unsubscribe and not is_owner:
        raise AuthorizationError("Only the topic owner and the subscription owner may unsubscribe")
    topic_rows.count_deleted(ctx, key.topic)
    ctx.engine.part(TopicCache).forget(key.topic)
    if is_owner:
        subscription_rows.delete(ctx.tx, key)
    else:
        subscription_rows.end(ctx.tx, key)
        topic = topic_rows.find(ctx.tx, key.topic)
        confirmations.tell_ended(ctx, row, orjson.loads(topic.attributes) if topic else {})
    return None


@query("GetSubscriptionAttributes")
def get_subscription_attributes(ctx: Query, params: Params) -> Result:
    """Everything about a subscription."""
    key = subscription_of(ctx, required(params, "SubscriptionArn"))
    row = _existing(ctx, key)
    topic = topic_rows.existing(ctx, key.topic)
    row_values = {
        "Owner": row.owner,
        "Protocol": row.protocol,
        "Endpoint": row.endpoint,
        "PendingConfirmation": "true" if row.state == "pending" else "false",
        "ConfirmationWasAuthenticated": "true" if row.authenticated else "false",
        "SubscriptionPrincipal": row.principal,
    }
    return {
        "Attributes": shown(key, row_values, orjson.loads(row.attributes), orjson.loads(topic.attributes))
    }


@command("SetSubscriptionAttributes")
def set_subscription_attributes(ctx: Command, params: Params) -> Result:
    """Set one attribute of a subscription; an empty value takes it back to its default."""
    key = subscription_of(ctx, required(params, "SubscriptionArn"))
    name = required(params, "AttributeName")
    row = _existing(ctx, key)
    if not is_settable(name):
        raise InvalidParameter("AttributeName")
    attributes = orjson.loads(row.attributes)
    with told_as(""):
        subject = Subject(key.topic.fifo, row.protocol, row.endpoint, attributes)
        attributes[name] = checked(subject, name, params.get("AttributeValue") or "")
    if name == "FilterPolicy":
        _require_room_for_filter(ctx, key.topic, attributes)
    subscription_rows.set_attributes(ctx.tx, key, attributes)
    ctx.engine.part(TopicCache).forget(key.topic)
    return None


def _existing(ctx: Query | Command, key: SubscriptionKey) -> Any:
    row = subscription_rows.find(ctx.tx, key)
    if row is None:
        raise NotFound(NO_SUBSCRIPTION)
    return row


def _make(ctx: Command, topic: TopicKey, protocol: str, endpoint: str, attributes: Mapping[str, str]) -> Any:
    _require_room_for_filter(ctx, topic, attributes)
    owner = ctx.call.caller.account
    key = SubscriptionKey(topic, uuid4())
    at_once = is_confirmed_at_once(protocol, endpoint, owner)
    ctx.tx.execute(
        subscription_rows.INSERT,
        {
            **topic.scope.columns,
            "topic": topic.name,
            "id": key.id,
            "protocol": protocol,
            "endpoint": endpoint,
            "owner": owner,
            "principal": ctx.call.caller.principal,
            "attributes": orjson.dumps(attributes).decode(),
            "token": token(240),
            "state": "confirmed" if at_once else "pending",
            "authenticated": int(at_once),
            "authenticate_on_unsubscribe": 0,
            "created_ms": ctx.now_ms,
        },
    )
    if at_once:
        ctx.engine.part(TopicCache).forget(topic)
    else:
        confirmations.expire_unconfirmed(ctx, key)
    return subscription_rows.find(ctx.tx, key)


def _require_room_for_filter(ctx: Command, topic: TopicKey, attributes: Mapping[str, str]) -> None:
    if not attributes.get("FilterPolicy"):
        return
    if subscription_rows.count_filters(ctx.tx, topic) >= MAX_FILTER_POLICIES_PER_TOPIC:
        raise FilterPolicyLimitExceeded(
            f"Filter policy limit exceeded: a topic can have {MAX_FILTER_POLICIES_PER_TOPIC} filter policies"
        )


def _is_owner(caller: Caller, row: Any) -> bool:
    """Whether the call is signed for the subscription's owner or the topic's."""
    is_signed = caller.kind != "account" or bool(caller.access_key)
    return is_signed and caller.account in (row.owner, row.account)
