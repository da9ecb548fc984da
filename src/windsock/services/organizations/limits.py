"""Organizations' quotas and times.

The number of accounts is what AWS grants at most: there is nobody to ask for more.
Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ACCOUNTS: Final = 50_000
UNITS: Final = 2_000
UNIT_DEPTH: Final = 5
ATTACHED_POLICIES: Final[Mapping[str, int]] = {
    "SERVICE_CONTROL_POLICY": 5,
    "RESOURCE_CONTROL_POLICY": 5,
    "AISERVICES_OPT_OUT_POLICY": 5,
    "CHATBOT_POLICY": 5,
}
ATTACHED_POLICIES_OTHERWISE: Final = 10
POLICIES: Final[Mapping[str, int]] = {"SERVICE_CONTROL_POLICY": 10_000}
POLICIES_OTHERWISE: Final = 1_000
# Characters.
POLICY_SIZE: Final[Mapping[str, int]] = {
    "SERVICE_CONTROL_POLICY": 5_120,
    "RESOURCE_CONTROL_POLICY": 5_120,
    "AISERVICES_OPT_OUT_POLICY": 2_500,
}
POLICY_SIZE_OTHERWISE: Final = 10_000
TAGS: Final = 50
PAGE: Final = 20

HANDSHAKE_MS: Final = 15 * 86_400_000
# How long making an account takes here; AWS says some minutes.
ACCOUNT_MADE_MS: Final = 5_000
ACCOUNT_ATTEMPTS: Final = 5
# How long an account is closing, and how long it can be reopened.
CLOSING_MS: Final = 60_000
CLOSED_MS: Final = 90 * 86_400_000
