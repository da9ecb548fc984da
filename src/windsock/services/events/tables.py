"""The tables of event buses, rules and their targets."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import blob, number, scoped_table, text

# The default bus has a row only once something of it was changed; it exists in every account.
buses = scoped_table(
    "events_buses",
    text("name", key=True),
    text("description", optional=True),
    text("policy", optional=True),
    text("kms_key", optional=True),
    text("dead_letter", optional=True),
    text("log_config", optional=True),
    text("tags"),
    number("created_ms"),
    number("modified_ms"),
)

# `wildcard` is 1 where the pattern has a wildcard, of which there is a quota.
rules = scoped_table(
    "events_rules",
    text("bus", key=True),
    text("name", key=True),
    text("pattern", optional=True),
    number("wildcard"),
    text("schedule", optional=True),
    text("state"),
    text("description", optional=True),
    text("role_arn", optional=True),
    text("managed_by", optional=True),
    text("created_by"),
    text("tags"),
    number("changed_ms"),
)

sa.Index("events_rules_wildcard", rules.c.account, rules.c.region, rules.c.bus, rules.c.wildcard)

# `body` is the target as PutTargets took it, as JSON; `position` keeps the order they were put in.
targets = scoped_table(
    "events_targets",
    text("bus", key=True),
    text("rule", key=True),
    text("id", key=True),
    number("position"),
    text("arn"),
    text("body"),
)
sa.Index("events_targets_arn", targets.c.account, targets.c.region, targets.c.arn)

# `id` tells an archive from another of the same name that was deleted before it.
archives = scoped_table(
    "events_archives",
    text("name", key=True),
    text("id"),
    text("bus"),
    text("description", optional=True),
    text("pattern", optional=True),
    text("kms_key", optional=True),
    number("retention_days"),
    text("state"),
    text("state_reason", optional=True),
    number("event_count"),
    number("size_bytes"),
    number("created_ms"),
)

# In the order in which a replay reads: by the time of the event, then by its acceptance (`id`).
archived_events = scoped_table(
    "events_archived_events",
    text("archive", key=True),
    number("time_ms", key=True),
    text("id", key=True),
    number("archived_ms"),
    number("size"),
    blob("body"),
)
sa.Index(
    "events_archived_events_age",
    archived_events.c.account,
    archived_events.c.region,
    archived_events.c.archive,
    archived_events.c.archived_ms,
)

# `after_ms` and `after_id` are the event that was replayed last, `before_id` the bound of what was archived
# when the replay began.
replays = scoped_table(
    "events_replays",
    text("name", key=True),
    text("description", optional=True),
    text("archive"),
    text("archive_id"),
    text("bus"),
    text("rules", optional=True),
    text("state"),
    text("state_reason", optional=True),
    number("event_start_ms"),
    number("event_end_ms"),
    number("after_ms"),
    text("after_id"),
    text("before_id"),
    number("last_replayed_ms", optional=True),
    number("started_ms"),
    number("ended_ms", optional=True),
)

# `parameters` is AuthParameters with its secrets, `{}` once deauthorized; `secret` is what SecretArn ends in.
connections = scoped_table(
    "events_connections",
    text("name", key=True),
    text("id"),
    text("secret"),
    text("description", optional=True),
    text("authorization_type"),
    text("parameters"),
    text("kms_key", optional=True),
    text("state"),
    text("state_reason", optional=True),
    number("created_ms"),
    number("modified_ms"),
    number("authorized_ms", optional=True),
)

api_destinations = scoped_table(
    "events_api_destinations",
    text("name", key=True),
    text("id"),
    text("description", optional=True),
    text("connection_arn"),
    text("endpoint"),
    text("method"),
    number("rate"),
    number("created_ms"),
    number("modified_ms"),
)
