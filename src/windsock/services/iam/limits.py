"""IAM's quotas and defaults.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from typing import Final

ACCESS_KEYS_PER_USER: Final = 2
