"""Dead-letter queues: what RedrivePolicy and RedriveAllowPolicy demand, and which queues use one.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import orjson

from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.sqs.errors import InvalidParameterValue
from windsock.services.sqs.queue import Queue, Queues, is_fifo_name
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


def dead_letter_arn(attributes: Mapping[str, str]) -> str | None:
    """The ARN of the dead-letter queue that attributes name, or None."""
    text = attributes.get("RedrivePolicy")
    return str(orjson.loads(text)["deadLetterTargetArn"]) if text else None


def check_redrive_policy(
    engine: Engine, tx: Snapshot, scope: Scope, name: str, attributes: Mapping[str, str]
) -> None:
    """Raise InvalidParameterValue if the queue `name` cannot use the dead-letter queue it names.

    That must be there, in the same account and region, of the same type, and let it.
    """
    arn = dead_letter_arn(attributes)
    if arn is None:
        return
    policy = attributes["RedrivePolicy"]
    parsed = parse_arn(arn)
    if parsed is not None and parsed.account != scope.account:
        reason = "Dead-letter target owner should be same as the source."
        raise InvalidParameterValue.of("RedrivePolicy", policy, reason)
    if parsed is None or parsed.scope != scope or parsed.service != "sqs":
        raise InvalidParameterValue.of("RedrivePolicy", policy, "Dead letter target does not exist.")
    target = engine.part(Queues).read(tx, scope, parsed.resource)
    if target is None:
        raise InvalidParameterValue.of("RedrivePolicy", policy, "Dead letter target does not exist.")
    if target.fifo != is_fifo_name(name):
        reason = "Dead-letter queue must be same type of queue as the source."
        raise InvalidParameterValue.of("RedrivePolicy", policy, reason)
    if not _allows(target, scope.arn("sqs", name)):
        reason = "The dead-letter queue's RedriveAllowPolicy does not allow this source queue."
        raise InvalidParameterValue.of("RedrivePolicy", policy, reason)


def _allows(target: Queue, source_arn: str) -> bool:
    text = target.attributes.get("RedriveAllowPolicy")
    if not text:
        return True
    policy = orjson.loads(text)
    if policy["redrivePermission"] == "byQueue":
        return source_arn in policy["sourceQueueArns"]
    return bool(policy["redrivePermission"] == "allowAll")
