"""How long things take, and how many there may be.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html and
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
"""

from __future__ import annotations

from typing import Final

# AWS's.
HEARTBEAT_SECONDS: Final = range(30, 7_201)
DEFAULT_HEARTBEAT_SECONDS: Final = 3_600
LONGEST_WAIT_SECONDS: Final = 172_800
LONGEST_WAIT_HEARTBEATS: Final = 100
HOOKS_PER_GROUP: Final = 50
TOPICS_PER_GROUP: Final = 10
ACTIVITIES_KEPT_MS: Final = 42 * 86_400_000
ACTIVITIES_PER_PAGE: Final = 100

# Not AWS's, which says of none how long it takes: from launch to service without a hook, from the last hook's
# answer to the next state, and until a launch that failed is tried again, which doubles each time.
LAUNCH_SECONDS: Final = 10
PROCEED_SECONDS: Final = 1
RETRY_SECONDS: Final = 60
LONGEST_RETRY_SECONDS: Final = 3_600
