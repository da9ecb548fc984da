"""Limits of DescribeEvents, which ElastiCache and DMS share.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html
"""

from __future__ import annotations

from typing import Final

EVENTS_KEPT_DAYS: Final = 14
# Those of how many minutes are told, and how many of them, unless the call says otherwise.
EVENTS_OF_MINUTES: Final = 60
EVENTS_AT_ONCE: Final = 100
