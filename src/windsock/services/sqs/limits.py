"""Every limit and default of SQS, each with its source.

Sizes are bytes, durations seconds unless the name says otherwise. Sources:

- quotas: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html
- SetQueueAttributes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

from typing import Final

# quotas, "Message quotas"; the size is what AWS answers today (tests/data/recorded_sqs.json).
MAX_MESSAGE_SIZE: Final = 1_048_576
MIN_MESSAGE_SIZE: Final = 1_024
MAX_BATCH_SIZE: Final = 1_048_576
MAX_BATCH_ENTRIES: Final = 10
MAX_MESSAGE_ATTRIBUTES: Final = 10
MAX_ATTRIBUTE_NAME: Final = 256
MAX_ATTRIBUTE_TYPE: Final = 256

# quotas, "Standard queue quotas"; beyond it ReceiveMessage answers OverLimit.
MAX_IN_FLIGHT: Final = 120_000
# quotas, "FIFO queue quotas"; beyond it ReceiveMessage answers nothing.
MAX_IN_FLIGHT_FIFO: Final = 120_000

# API_ReceiveMessage and API_ChangeMessageVisibility.
MAX_RECEIVED_AT_ONCE: Final = 10
MAX_WAIT: Final = 20
MAX_VISIBILITY_TIMEOUT: Final = 43_200

# SetQueueAttributes.
MAX_DELAY: Final = 900
MIN_RETENTION: Final = 60
MAX_RETENTION: Final = 1_209_600
MIN_KMS_REUSE: Final = 60
MAX_KMS_REUSE: Final = 86_400
MAX_RECEIVE_COUNT: Final = 1_000
MAX_REDRIVE_SOURCES: Final = 10

# "Exactly-once processing in Amazon SQS": the deduplication interval.
DEDUPLICATION_MS: Final = 300_000
# SetQueueAttributes: "most attribute changes can take up to 60 seconds to propagate". Only the
# deduplication scope is seen to lag in what was recorded at AWS, so only that does here.
SCOPE_PROPAGATION_MS: Final = 60_000

# API_PurgeQueue: one a minute.
PURGE_INTERVAL_MS: Final = 60_000

# API_ListQueues and API_ListDeadLetterSourceQueues.
MAX_QUEUES_LISTED: Final = 1_000

# "Amazon SQS policy quotas" and API_AddPermission.
MAX_POLICY_ACTIONS: Final = 7

# API_TagQueue.
MAX_TAGS: Final = 50

# API_StartMessageMoveTask and API_ListMessageMoveTasks.
MAX_MOVE_RATE: Final = 500
MAX_MOVE_TASKS_LISTED: Final = 10

# windsock's own: rows removed or moved in one transaction, and how often expired rows are swept out:
# every minute at most, and a hundred times in a retention period.
SWEEP_CHUNK: Final = 500
# Rows of what expired that each new one of its kind removes: more than one, so that they get fewer.
FORGOTTEN_AT_ONCE: Final = 2
SWEEP_INTERVAL_MS: Final = 60_000
SWEEPS_A_PERIOD: Final = 100
MOVE_CHUNK: Final = 100
# A rate-limited move makes at most ten steps a second.
MOVE_STEP_MS: Final = 100
