"""The limits and defaults of Scheduler besides those of its service model.

Sources: "Quotas for Amazon EventBridge Scheduler"
https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html and, where a line says so, the
page named there.
"""

from __future__ import annotations

from typing import Final

SCHEDULE_GROUPS: Final = 500
"""Groups of an account in a region, the default group counted."""

TAGS_PER_GROUP: Final = 50

PAGE_SIZE: Final = 100
"""What a List operation answers at most, and without MaxResults."""

MAX_INPUT_BYTES: Final = 256 * 1024
"""Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html"""

START_MAY_BE_PAST_MS: Final = 5 * 60_000
"""How far back a StartDate may lie; AWS: "cannot be earlier than 5 minutes ago"."""

CLIENT_TOKEN_KEPT_MS: Final = 8 * 3_600_000
"""How long a client token is remembered. AWS does not say; this is ours."""

DELETED_AT_ONCE: Final = 500
"""Schedules of a group being deleted that go in one transaction: ours, so that requests are not held up."""
