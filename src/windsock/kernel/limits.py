"""Every limit and default windsock keeps, in one place. Each line names its source.

Sizes are bytes, durations seconds unless the name says otherwise.
"""

from __future__ import annotations

from typing import Final

# The gateway. AWS's front ends differ; this is above every documented request of the services here.
MAX_REQUEST_BODY: Final = 64 * 1024 * 1024
MAX_REQUEST_HEADERS: Final = 64 * 1024
# Objects larger than this go through files, up to S3's limit for one request:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
MAX_BODY_IN_MEMORY: Final = 64 * 1024
MAX_OBJECT_BODY: Final = 5 * 1024**3

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html and
# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html (X-Amz-Expires)
MAX_CLOCK_SKEW_S: Final = 15 * 60
MAX_PRESIGNED_S: Final = 7 * 24 * 3600

# The engine's own.
TASKS_IN_MEMORY_PER_LANE: Final = 2_000
TASKS_AT_ONCE_PER_LANE: Final = 64
UPSTREAM_SECONDS: Final = 60
JOURNAL_KEEP_HOURS: Final = 24 * 7
JOURNAL_KEEP_EVENTS: Final = 1_000_000
RETENTION_CHUNK: Final = 500
RESOURCES_AUTHORISED: Final = 1_000
DENIALS_KEPT: Final = 1_000

# Deliveries to targets: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
# The first and longest pause are ours: AWS documents only that it backs off exponentially with jitter.
TARGET_MAX_ATTEMPTS: Final = 185
TARGET_MAX_AGE_SECONDS: Final = 86_400
TARGET_BACKOFF_FIRST_MS: Final = 1_000
TARGET_BACKOFF_LONGEST_MS: Final = 600_000
