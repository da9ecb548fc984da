"""Sharing a queue with other accounts: statements of its policy, by label.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson

from windsock.engine.engine import Engine
from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.resource_policies import resource_policy
from windsock.kernel.arns import Arn
from windsock.services.sqs.attributes import apply_attributes
from windsock.services.sqs.errors import InvalidParameterValue, OverLimit
from windsock.services.sqs.limits import MAX_POLICY_ACTIONS
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import Queue, Queues, changing
from windsock.store.transaction import Snapshot

_VERSION: Final = "2008-10-17"
_LABEL: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ACTIONS: Final = frozenset(
    {
        "*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
        "ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage",
    }
)  # fmt: skip


@command("AddPermission")
def add_permission(ctx: Command, params: Params) -> Result:
    """Let accounts call some actions on a queue, under a label that is not in use yet."""
    label: str = required(params, "Label")
    accounts: list[str] = required(params, "AWSAccountIds")
    actions: list[str] = required(params, "Actions")
    _check(label, actions)
    queue = changing(ctx, required(params, "QueueUrl"))
    policy = _policy(queue)
    if any(statement.get("Sid") == label for statement in policy["Statement"]):
        raise InvalidParameterValue.of("Label", label, "Already exists.")
    principals = [f"arn:{queue.scope.partition}:iam::{account}:root" for account in accounts]
    policy["Statement"].append(
        {
            "Sid": label,
            "Effect": "Allow",
            "Principal": {"AWS": _one_or_all(principals)},
            "Action": _one_or_all([f"SQS:{action}" for action in actions]),
            "Resource": queue.arn,
        }
    )
    _store(ctx, queue, policy)
    return None


@command("RemovePermission")
def remove_permission(ctx: Command, params: Params) -> Result:
    """Remove the statement with a label; the policy goes with its last statement."""
    label = required(params, "Label")
    queue = changing(ctx, required(params, "QueueUrl"))
    policy = _policy(queue)
    kept = [statement for statement in policy["Statement"] if statement.get("Sid") != label]
    if len(kept) == len(policy["Statement"]):
        raise InvalidParameterValue.of("Label", label, "can't find label on existing policy.")
    _store(ctx, queue, {**policy, "Statement": kept})
    return None


def _check(label: str, actions: list[str]) -> None:
    if not _LABEL.fullmatch(label):
        reason = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length."
        raise InvalidParameterValue.of("Label", label, reason)
    for action in actions:
        if action not in _ACTIONS:
            valid = ", ".join(sorted(_ACTIONS))
            raise InvalidParameterValue.of("ActionName", action, f"Only the {valid} action is valid.")
    if len(actions) > MAX_POLICY_ACTIONS:
        raise OverLimit(f"{len(actions)} Actions were found, maximum allowed is {MAX_POLICY_ACTIONS}.")


@resource_policy
def policy_of_queue(engine: Engine, tx: Snapshot, arn: Arn) -> str | None:
    """The policy of the queue with an ARN, if it has one."""
    queue = engine.part(Queues).find(tx, arn.scope, arn.resource)
    return None if queue is None else queue.attributes.get("Policy")


def _policy(queue: Queue) -> dict[str, Any]:
    text = queue.attributes.get("Policy")
    if not text:
        return {"Version": _VERSION, "Id": f"{queue.arn}/SQSDefaultPolicy", "Statement": []}
    policy: dict[str, Any] = orjson.loads(text)
    statements = policy.get("Statement", [])
    return {**policy, "Statement": list(statements) if isinstance(statements, list) else [statements]}


def _store(ctx: Command, queue: Queue, policy: dict[str, Any]) -> None:
    attributes = {name: value for name, value in queue.attributes.items() if name != "Policy"}
    if policy["Statement"]:
        attributes["Policy"] = orjson.dumps(policy).decode()
    apply_attributes(ctx, queue, attributes)


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
