"""Limits and defaults of Lambda.

Sizes are bytes, durations seconds unless the name says otherwise.
Source: "Lambda quotas", https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, where a line
names no other.
"""

from __future__ import annotations

from typing import Final

NAME_CHARACTERS: Final = 64
DEFAULT_TIMEOUT: Final = 3
MAX_TIMEOUT: Final = 900
DEFAULT_MEMORY_MB: Final = 128
MAX_MEMORY_MB: Final = 10_240
DEFAULT_STORAGE_MB: Final = 512
MAX_STORAGE_MB: Final = 10_240
ENVIRONMENT_BYTES: Final = 4096
LAYERS_PER_FUNCTION: Final = 5
TAGS_PER_FUNCTION: Final = 50
POLICY_BYTES: Final = 20_480

# Packages.
ZIPPED_BYTES: Final = 52_428_800
UNZIPPED_BYTES: Final = 262_144_000
CODE_STORAGE_BYTES: Final = 80_530_636_800

# Payloads. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
SYNCHRONOUS_PAYLOAD: Final = 6_291_456
ASYNCHRONOUS_PAYLOAD: Final = 1_048_576
RESPONSE_PAYLOAD: Final = 6_291_556
LOG_TAIL: Final = 4096

# Concurrency. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
ACCOUNT_CONCURRENCY: Final = 1000
UNRESERVED_AT_LEAST: Final = 100

# Asynchronous invocation. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
ASYNC_RETRIES: Final = 2
ASYNC_RETRY_PAUSES: Final = (60, 120)
ASYNC_MAX_AGE: Final = 21_600
THROTTLE_PAUSE_FIRST: Final = 1
THROTTLE_PAUSE_LONGEST: Final = 300
# How often a record is offered to a destination before it is dropped: windsock's own.
DESTINATION_ATTEMPTS: Final = 10

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
DEAD_LETTER_ERROR_BYTES: Final = 1024

# Event source mappings. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
SQS_BATCH_DEFAULT: Final = 10
SQS_BATCH_FIFO: Final = 10
SQS_BATCH_WITHOUT_WINDOW: Final = 10
# "starting with five concurrent batches", https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
SQS_BATCHES_AT_ONCE: Final = 5
# Pauses after something went wrong: windsock's own.
POLL_AGAIN_AFTER_ERROR: Final = 10
POLL_AGAIN_AFTER_THROTTLE: Final = 1
POLL_AGAIN_AFTER_NOTHING: Final = 1

# Pages: "a maximum of 50 items", https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
PAGE_SIZE: Final = 50
MAPPINGS_PAGE_SIZE: Final = 100

EVENTS_AT_ONCE: Final = 16
"""Events that run for one function at the same time. Ours: AWS scales to hundreds, a laptop does not."""
