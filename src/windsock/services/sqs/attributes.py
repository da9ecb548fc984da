"""The attributes of queues.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.sqs.attribute_rules import checked, defaults, merged
from windsock.services.sqs.counts import Counts, count_messages
from windsock.services.sqs.errors import InvalidAttributeName, InvalidAttributeValue, MissingParameter
from windsock.services.sqs.limits import SCOPE_PROPAGATION_MS
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import OF_QUEUE, Queue, changing, of_queue, queue_at
from windsock.services.sqs.redrive import check_redrive_policy, dead_letter_arn
from windsock.services.sqs.retention import sweep_sooner
from windsock.services.sqs.tables import queues
from windsock.store.statements import Statement

_SET = Statement(
    sa.update(queues)
    .where(OF_QUEUE)
    .values(
        attributes=sa.bindparam("new_attributes"),
        dead_letter_arn=sa.bindparam("new_dead_letter_arn"),
        former_scope=sa.bindparam("new_former_scope"),
        scope_until_ms=sa.bindparam("new_scope_until_ms"),
        modified_ms=sa.bindparam("new_modified_ms"),
    )
)

_COUNTED: Final[Mapping[str, Callable[[Counts], int]]] = {
    "ApproximateNumberOfMessages": lambda counts: counts.visible,
    "ApproximateNumberOfMessagesDelayed": lambda counts: counts.delayed,
    "ApproximateNumberOfMessagesNotVisible": lambda counts: counts.in_flight,
}
_DERIVED: Final[Mapping[str, Callable[[Queue], str]]] = {
    "CreatedTimestamp": lambda queue: str(queue.created_ms // 1000),
    "LastModifiedTimestamp": lambda queue: str(queue.modified_ms // 1000),
    "QueueArn": lambda queue: queue.arn,
}
_SETTABLE: Final = frozenset(
    {
        "Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds",
        "FifoQueue", *defaults(fifo=True),
    }
)  # fmt: skip
_DEFAULT_KMS_REUSE: Final = "300"


@query("GetQueueAttributes")
def get_queue_attributes(ctx: Query, params: Params) -> Result:
    """The attributes asked for that the queue has; `All` asks for every one, no names for none."""
    queue = queue_at(ctx, ctx.tx, required(params, "QueueUrl"))
    names = params.get("AttributeNames") or ()
    for name in names:
        if name != "All" and not (name in _COUNTED or name in _DERIVED or name in _SETTABLE):
            raise InvalidAttributeName.unknown(name)
    wanted = None if "All" in names else frozenset(names)
    shown = {
        name: value
        for name, value in {**_derived(queue), **settled_attributes(queue)}.items()
        if wanted is None or name in wanted
    }
    if wanted is None or not wanted.isdisjoint(_COUNTED):
        counts = count_messages(ctx.tx, queue, ctx.now_ms)
        shown |= {
            name: str(count(counts)) for name, count in _COUNTED.items() if wanted is None or name in wanted
        }
    return {"Attributes": shown} if shown else {}


@command("SetQueueAttributes")
def set_queue_attributes(ctx: Command, params: Params) -> Result:
    """Change attributes; an empty value removes one that has no default.

    A change of DeduplicationScope takes effect 60 seconds later, as AWS documents and as was
    recorded there.
    """
    given = params.get("Attributes")
    if not given:
        raise MissingParameter("Attribute.Name")
    queue = changing(ctx, required(params, "QueueUrl"))
    changes = checked(given, fifo=queue.fifo)
    if changes.get("FifoQueue", "true") != "true":
        raise InvalidAttributeValue.of("FifoQueue", "Modifying queue type is not supported.")
    apply_attributes(ctx, queue, merged(queue.attributes, changes))
    return None


def apply_attributes(ctx: Command, queue: Queue, attributes: Mapping[str, str]) -> None:
    """Give a queue these attributes in place of those it has."""
    if attributes.get("RedrivePolicy") != queue.attributes.get("RedrivePolicy"):
        check_redrive_policy(ctx.engine, ctx.tx, queue.scope, queue.name, attributes)
    known = {**defaults(fifo=queue.fifo), **attributes}
    scope_changes = known.get("DeduplicationScope", queue.scope_now) != queue.scope_now
    ctx.tx.execute(
        _SET,
        {
            **of_queue(queue),
            "new_attributes": orjson.dumps(attributes).decode(),
            "new_dead_letter_arn": dead_letter_arn(attributes),
            "new_former_scope": queue.scope_now if scope_changes else queue.scope_before,
            "new_scope_until_ms": ctx.now_ms + SCOPE_PROPAGATION_MS
            if scope_changes
            else queue.scope_until_ms,
            "new_modified_ms": ctx.now_ms,
        },
    )
    retention_ms = int(known["MessageRetentionPeriod"]) * 1000
    if retention_ms != queue.retention_ms:
        sweep_sooner(ctx.engine, ctx.tx, queue, retention_ms)


def settled_attributes(queue: Queue) -> dict[str, str]:
    """The settable attributes as they stand: those that were set, and the defaults of the others."""
    shown = {**defaults(fifo=queue.fifo), **queue.attributes}
    if shown.get("KmsMasterKeyId"):
        shown.setdefault("KmsDataKeyReusePeriodSeconds", _DEFAULT_KMS_REUSE)
    else:
        shown.pop("KmsDataKeyReusePeriodSeconds", None)
    return shown


def _derived(queue: Queue) -> dict[str, str]:
    return {name: value(queue) for name, value in _DERIVED.items()}
