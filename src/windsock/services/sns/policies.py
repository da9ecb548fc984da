"""Access policies of topics: the default document, and the statements AddPermission makes.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html and documents recorded at AWS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from windsock.engine.engine import Engine
from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.resource_policies import resource_policy
from windsock.kernel.arns import Arn
from windsock.services.sns import topic_rows
from windsock.services.sns.arns import TopicKey, required, topic_of
from windsock.services.sns.attribute_values import BadAttribute
from windsock.services.sns.errors import InvalidParameter
from windsock.services.sns.topic_cache import TopicCache
from windsock.store.transaction import Snapshot

_OWNER_ACTIONS: Final = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)
_GRANTABLE_ACTIONS: Final = frozenset({*_OWNER_ACTIONS, "Receive", "*"})


def default_policy(topic: TopicKey) -> str:
    """The document of a topic whose policy was never set: its owner may do everything."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in _OWNER_ACTIONS],
        "Resource": topic.arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": topic.scope.account}},
    }
    return _text({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})


@resource_policy
def policy_of_topic(engine: Engine, tx: Snapshot, arn: Arn) -> str | None:
    """The policy of the topic with an ARN, the default one until another was set."""
    topic = TopicKey(arn.scope, arn.resource)
    row = topic_rows.find(tx, topic)
    return None if row is None else orjson.loads(row.attributes).get("Policy") or default_policy(topic)


def check_policy(text: str) -> None:
    """Raise BadAttribute unless `text` is a policy document."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadAttribute("Policy Error: null") from error
    if not isinstance(document, dict) or not isinstance(document.get("Statement"), list | dict):
        raise BadAttribute("Policy statement must not be empty")


@command("AddPermission")
def add_permission(ctx: Command, params: Params) -> Result:
    """Let accounts perform actions on a topic: one more statement under a label."""
    topic = topic_of(ctx, required(params, "TopicArn"))
    label = required(params, "Label")
    attributes = orjson.loads(topic_rows.existing(ctx, topic).attributes)
    document = orjson.loads(attributes.get("Policy") or default_policy(topic))
    statements = _statements(document)
    if any(statement.get("Sid") == label for statement in statements):
        raise InvalidParameter("Statement already exists")
    statements.append(
        _statement(topic, label, params.get("AWSAccountId") or [], params.get("ActionName") or [])
    )
    _keep(ctx, topic, attributes, {**document, "Statement": statements})
    return None


@command("RemovePermission")
def remove_permission(ctx: Command, params: Params) -> Result:
    """Take a statement out of a topic's policy, by its label; one that is not there is no error."""
    topic = topic_of(ctx, required(params, "TopicArn"))
    label = required(params, "Label")
    attributes = orjson.loads(topic_rows.existing(ctx, topic).attributes)
    document = orjson.loads(attributes.get("Policy") or default_policy(topic))
    kept = [statement for statement in _statements(document) if statement.get("Sid") != label]
    _keep(ctx, topic, attributes, {**document, "Statement": kept})
    return None


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    statements = document.get("Statement", [])
    return list(statements) if isinstance(statements, list) else [statements]


def _statement(
    topic: TopicKey, label: str, accounts: Sequence[str], actions: Sequence[str]
) -> dict[str, Any]:
    if not accounts:
        raise InvalidParameter("AWSAccountId")
    if not actions:
        raise InvalidParameter("ActionName")
    if not _GRANTABLE_ACTIONS.issuperset(actions):
        raise InvalidParameter("Policy statement action out of service scope!")
    if not all(len(account) == 12 and account.isdigit() for account in accounts):
        raise InvalidParameter("Policy Error: PrincipalNotFound")
    roots = [f"arn:{topic.scope.partition}:iam::{account}:root" for account in accounts]
    named = [f"SNS:{action}" for action in actions]
    return {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": _one_or_many(roots)},
        "Action": _one_or_many(named),
        "Resource": topic.arn,
    }


def _one_or_many(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _keep(ctx: Command, topic: TopicKey, attributes: dict[str, str], document: dict[str, Any]) -> None:
    topic_rows.set_attributes(ctx, topic, {**attributes, "Policy": _text(document)})
    ctx.engine.part(TopicCache).forget(topic)


def _text(document: dict[str, Any]) -> str:
    return orjson.dumps(document).decode()
