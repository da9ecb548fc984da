"""IAM's quotas, as accounts have them unless they ask for more.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and the answer of
GetAccountSummary, which has some of them.
"""

from __future__ import annotations

from typing import Final

USERS: Final = 5_000
GROUPS: Final = 300
ROLES: Final = 1_000
INSTANCE_PROFILES: Final = 1_000
POLICIES: Final = 1_500
SERVER_CERTIFICATES: Final = 20

GROUPS_PER_USER: Final = 10
ACCESS_KEYS_PER_USER: Final = 2
SIGNING_CERTIFICATES_PER_USER: Final = 2
SSH_PUBLIC_KEYS_PER_USER: Final = 5
CREDENTIALS_PER_SERVICE_AND_USER: Final = 2
MFA_DEVICES_PER_USER: Final = 8

ATTACHED_POLICIES: Final = 10
VERSIONS_PER_POLICY: Final = 5
POLICY_VERSIONS_IN_USE: Final = 10_000
TAGS: Final = 50

# Characters, white space not counted.
MANAGED_POLICY_SIZE: Final = 6_144
ROLE_TRUST_POLICY_SIZE: Final = 2_048
USER_INLINE_POLICIES_SIZE: Final = 2_048
GROUP_INLINE_POLICIES_SIZE: Final = 5_120
ROLE_INLINE_POLICIES_SIZE: Final = 10_240

OIDC_CLIENT_IDS: Final = 100
OIDC_THUMBPRINTS: Final = 5

DEFAULT_SESSION_SECONDS: Final = 3_600
CREDENTIAL_REPORT_VALID_MS: Final = 4 * 3_600_000

# Signing in to the console. Those of failures are windsock's own; AWS does not publish its.
CONSOLE_SESSION_SECONDS: Final = 12 * 3_600
SHORTEST_CONSOLE_SESSION_SECONDS: Final = 900
SIGN_IN_TOKEN_MS: Final = 15 * 60_000
SIGN_IN_STEPS_MS: Final = 10 * 60_000
SIGN_IN_WINDOW_MS: Final = 5 * 60_000
FAILED_SIGN_INS_OF_USER_BY_ADDRESS: Final = 5
FAILED_SIGN_INS_OF_USER: Final = 50
FAILED_SIGN_INS_BY_ADDRESS: Final = 50
FAILED_SIGN_INS_REMEMBERED: Final = 10_000
