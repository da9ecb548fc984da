"""The tables of schedules and their groups."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import number, scoped_table, text

# The default group has a row only once it was tagged; it exists in every account.
groups = scoped_table(
    "scheduler_groups",
    text("name", key=True),
    text("state"),
    text("tags"),
    number("created_ms"),
    number("modified_ms"),
)

# `target` is the target as it was given, as JSON, with its retry policy complete; `window_minutes` is 0 for a
# time window that is OFF; a rate without a start counts from `anchor_ms`.
schedules = scoped_table(
    "scheduler_schedules",
    text("group_name", key=True),
    text("name", key=True),
    text("expression"),
    text("timezone"),
    number("anchor_ms"),
    number("start_ms", optional=True),
    number("end_ms", optional=True),
    number("window_minutes"),
    text("state"),
    text("after_completion"),
    text("description", optional=True),
    text("kms_key", optional=True),
    text("target"),
    number("created_ms"),
    number("modified_ms"),
)

# What requests with a client token were, so that their repeats are recognised.
client_tokens = scoped_table(
    "scheduler_client_tokens",
    text("token", key=True),
    text("request"),
    text("answer"),
    number("made_ms"),
)
sa.Index("scheduler_client_tokens_made", client_tokens.c.made_ms)
