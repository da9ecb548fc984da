"""The limits EventBridge keeps besides those of its service model.

Sources: "Amazon EventBridge quotas" https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
and, where a line says so, the page or the recorded answer named there.
"""

from __future__ import annotations

from typing import Final

EVENT_BUSES: Final = 100
"""Buses of an account in a region, the default bus not counted."""

RULES_PER_BUS: Final = 300
"""The quota AWS starts with; the setting `rules_per_bus` raises it, as a quota increase does there."""

WILDCARD_RULES_PER_BUS: Final = 30
"""Rules whose pattern has a wildcard. It grows in proportion with `rules_per_bus`; AWS's never does."""

TARGETS_PER_RULE: Final = 5

EVENT_PATTERN_CHARACTERS: Final = 2048
"""The model lets 4096 through; the quota is what PutRule goes by."""

POLICY_CHARACTERS: Final = 10_240

TAGS_PER_RESOURCE: Final = 50
"""Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html"""

PAGE_SIZE: Final = 100
"""What a List operation answers at most, and without a Limit."""

ACTIVE_REPLAYS: Final = 10
"""Replays that run at the same time in an account and region.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

REPLAY_DAYS: Final = 90
"""How long a replay that is over can still be described.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

REPLAY_CHUNK: Final = 100
"""Events a replay puts back in one transaction; ours."""

CONNECTIONS: Final = 3_000
"""Connections of an account in a region."""

API_DESTINATIONS: Final = 3_000
"""API destinations of an account in a region."""

INVOCATIONS_PER_SECOND: Final = 300
"""The rate of an API destination that names none.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html
"""

AUTHORIZATION_TIMEOUT_S: Final = 5
"""How long an authorization server may take to give a token; ours, the same as an API destination's."""

MAX_PUT_EVENTS_BYTES: Final = 1024 * 1024
"""All entries of a request together; 256 KB until AWS raised it to 1 MB on 2026-01-29.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
"""
