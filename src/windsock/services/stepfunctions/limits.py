"""The limits and defaults of Step Functions besides those of its service model.

Sources: "Step Functions service quotas"
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html and, where a line says so, the page
named there.
"""

from __future__ import annotations

from typing import Final

STATE_MACHINES: Final = 100_000
ACTIVITIES: Final = 100_000
TAGS_PER_RESOURCE: Final = 50

VERSIONS_PER_MACHINE: Final = 1_000
ALIASES_PER_MACHINE: Final = 100

PAYLOAD_BYTES: Final = 262_144
"""The input or output of an execution, a state or a task."""

EXECUTION_KEPT_MS: Final = 90 * 24 * 60 * 60 * 1000
"""How long an execution and its history are kept, and its name taken, after it ended."""

EXPRESS_SECONDS: Final = 300
"""How long an Express execution may take."""

REDRIVABLE_MS: Final = 14 * 24 * 60 * 60 * 1000
"""How long after its end an execution may be redriven.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

REDRIVES: Final = 1_000
"""How often an execution may be redriven. Source: the same page."""

PAGE_SIZE: Final = 100
"""What a list answers without maxResults. Source: the pages of the List operations."""

ACTIVITY_POLL_SECONDS: Final = 60
"""How long GetActivityTask waits for a task.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
"""

STATUS_EVENT_BYTES: Final = 248 * 1024
"""The most that input and output may be in an event about an execution; what is more is left out.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

EXPRESS_MEMORY_MB: Final = 64
"""The steps in which the memory of an Express execution is billed; its time goes by 100 ms.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_BillingDetails.html
"""

EXPRESS_DURATION_MS: Final = 100

HTTP_TASK_SECONDS: Final = 60
"""How long the server of an HTTP Task may take."""

# windsock's own.

TRANSITIONS_PER_TURN: Final = 250
"""How many transitions an execution makes before others have their turn."""

LIVE_RUNS: Final = 1_000
"""How many executions are kept in memory between two happenings."""

COMPILED_MACHINES: Final = 500
"""How many compiled definitions are kept in memory."""

TASKS_AT_ONCE: Final = 1_000
"""How many tasks of one state are under way together: the concurrency of an account's functions."""

FUNCTIONS_AT_ONCE: Final = 16
"""How many tasks run one function at the same time. AWS scales to hundreds, a laptop does not."""

TASK_ATTEMPTS: Final = 3
"""How often a task is tried that fails for a defect of windsock's own."""

EXPRESS_AT_ONCE: Final = 1_000
"""How many Express executions of one machine are under way together."""

EXPRESS_EVENTS: Final = 10_000
"""How many events of an Express execution are kept in memory before they are logged."""

STOPPED_AT_ONCE: Final = 50
"""How many children of a map run are stopped in one transaction."""

POLL_FIRST_MS: Final = 1_000
POLL_LONGEST_MS: Final = 15_000
"""How long after it was begun a job (`.sync`) is first looked at, and how long at most between two looks."""

FORGET_CHUNK: Final = 200
"""How many executions are forgotten in one transaction."""

LOG_LINE_BYTES: Final = 248 * 1024
"""Above this a log line is written without inputs and outputs.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

LOG_LINES_BYTES: Final = 1_048_576
"""What one PutLogEvents takes.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

RESULT_FILE_BYTES: Final = 64 * 1024 * 1024
"""How large a file of results grows before the next is begun: AWS's limit is 5 GB, ours what fits memory."""
