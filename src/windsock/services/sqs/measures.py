"""What CloudWatch is told of queues, in the namespace AWS/SQS.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from windsock.services.sqs.queue import Queue

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_NAMESPACE: Final = "AWS/SQS"


def sent(engine: Engine, queue: Queue, sizes: Sequence[int]) -> None:
    """Messages of these sizes (bytes) were accepted."""
    count_all = engine.metrics.count_all
    count_all(queue.scope, _NAMESPACE, "NumberOfMessagesSent", queue.dimensions, [1] * len(sizes))
    count_all(queue.scope, _NAMESPACE, "SentMessageSize", queue.dimensions, sizes)


def deduplicated(engine: Engine, queue: Queue) -> None:
    """A message was not accepted again."""
    engine.metrics.count(queue.scope, _NAMESPACE, "NumberOfDeduplicatedSentMessages", queue.dimensions)


def received(engine: Engine, queue: Queue, number: int) -> None:
    """A ReceiveMessage gave `number` messages, or none."""
    if number:
        engine.metrics.count(queue.scope, _NAMESPACE, "NumberOfMessagesReceived", queue.dimensions, number)
    else:
        engine.metrics.count(queue.scope, _NAMESPACE, "NumberOfEmptyReceives", queue.dimensions)


def deleted(engine: Engine, queue: Queue) -> None:
    """A message was deleted by its receipt handle."""
    engine.metrics.count(queue.scope, _NAMESPACE, "NumberOfMessagesDeleted", queue.dimensions)
