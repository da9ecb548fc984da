"""The limits and defaults of Pipes besides those of its service model.

Sources: "Amazon EventBridge Pipes batching and concurrency"
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html and, where a line
says so, the page named there.
"""

from __future__ import annotations

from typing import Final

BATCH_SIZE: Final = 10
"""Messages of a batch unless BatchSize says otherwise; more than these need a batching window."""

BATCH_SIZE_FIFO: Final = 10
"""The most that a batch from a FIFO queue may hold."""

ENTRIES_AT_ONCE: Final = 10
"""What one ReceiveMessage, SendMessageBatch, PublishBatch or PutEvents takes at most."""

LOG_EVENTS_AT_ONCE: Final = 10_000
"""What one PutLogEvents takes at most."""

PAGE_SIZE: Final = 100
"""What ListPipes answers at most, and without a Limit."""

TAGS_PER_PIPE: Final = 50
"""Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html"""
