"""STS's limits. Durations are seconds.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
"""

from __future__ import annotations

from typing import Final

DEFAULT_ROLE_SESSION: Final = 3_600
SHORTEST_ROLE_SESSION: Final = 900
LONGEST_ROLE_SESSION: Final = 43_200
# A session that a role session begins, whatever the role allows.
CHAINED_ROLE_SESSION: Final = 3_600
DEFAULT_USER_SESSION: Final = 43_200
ROOT_SESSION: Final = 3_600
ROOT_TASK_SESSION: Final = 900

SESSION_POLICIES: Final = 10
# AWS says what share of a limit of its own a request's policies and tags take, packed, but not what the limit
# is: this is ours, and packing is by zlib.
PACKED_BYTES: Final = 2_048

OUTBOUND_TOKEN_SECONDS: Final = 300

# What is asked of the issuer of a web identity token. The bound on keys is IAM's (a hundred RSA and a hundred
# elliptic curve keys); the others are ours.
ISSUER_SECONDS: Final = 5.0
ISSUER_DOCUMENT_BYTES: Final = 262_144
ISSUER_KEYS: Final = 200
ISSUER_KEYS_KEPT_MS: Final = 3_600_000
# Tokens may name keys that nobody has: how often an issuer is asked for new ones.
ISSUER_KEYS_AGAIN_MS: Final = 10_000
ISSUERS_REMEMBERED: Final = 1_000
TOKEN_HEADER_BYTES: Final = 8_192

# How long after it was issued a SAML assertion is taken.
ASSERTION_MS: Final = 300_000
