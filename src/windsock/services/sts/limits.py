"""STS's limits. Durations are seconds.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
"""

from __future__ import annotations

from typing import Final

DEFAULT_ROLE_SESSION: Final = 3_600
# A session that a role session begins, whatever the role allows.
CHAINED_ROLE_SESSION: Final = 3_600
DEFAULT_USER_SESSION: Final = 43_200
ROOT_SESSION: Final = 3_600

SESSION_POLICIES: Final = 10
# AWS says what share of a limit of its own a request's policies and tags take, packed, but not what the limit
# is: this is ours, and packing is by zlib.
PACKED_BYTES: Final = 2_048
