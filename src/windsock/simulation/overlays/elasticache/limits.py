"""ElastiCache's limits, and how long what takes minutes there takes here.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html
"""

from __future__ import annotations

from typing import Final

NODES: Final = 40

# For creating and deleting a cluster, and for adding and removing nodes. This one is windsock's.
CHANGE_SECONDS: Final = 30
