"""ElastiCache's limits, and how long what takes minutes there takes here.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html and
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html
"""

from __future__ import annotations

from typing import Final

NODES: Final = 40
EVENT_MINUTES: Final = 60
EVENTS_KEPT_DAYS: Final = 14

# For creating and deleting a cluster, and for adding and removing nodes. This one is windsock's.
CHANGE_SECONDS: Final = 30
