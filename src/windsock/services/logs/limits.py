"""The quotas and defaults of CloudWatch Logs.

Sizes are bytes, durations milliseconds unless the name says otherwise. Where a line names no source it is
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""

from __future__ import annotations

from typing import Final

DAY_MS: Final = 86_400_000

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
BATCH_BYTES: Final = 1_048_576
EVENT_BYTES: Final = 1_048_576
EVENT_OVERHEAD_BYTES: Final = 26
BATCH_SPAN_MS: Final = DAY_MS
TOO_OLD_MS: Final = 14 * DAY_MS
TOO_NEW_MS: Final = 2 * 3_600_000

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html and
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
PAGE_EVENTS: Final = 10_000
PAGE_BYTES: Final = 1_048_576
DESCENDING_SINCE_MS: Final = 1_704_067_200_000  # 2024-01-01T00:00:00Z

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS: Final = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip

# Every Describe and List operation: the page where the caller names no limit.
PAGE_ITEMS: Final = 50

METRIC_FILTERS_PER_GROUP: Final = 100
METRIC_DIMENSIONS: Final = 3
SUBSCRIPTION_FILTERS_PER_GROUP: Final = 2
ACCOUNT_RESOURCE_POLICIES: Final = 10
TAGS: Final = 50

# Windsock's own: how much one call reads before it answers with a nextToken, so that a search
# through a large group never holds up others; rows fetched at a time; rows deleted in one transaction.
SEARCHED_EVENTS: Final = 5_000
SEARCHED_BYTES: Final = 8 * 1_048_576
SEARCHED_GROUPS: Final = 5_000
FETCHED_ROWS: Final = 100
MERGED_STREAMS: Final = 100
SWEPT_ROWS: Final = 500
SWEEP_EVERY_MS: Final = DAY_MS
