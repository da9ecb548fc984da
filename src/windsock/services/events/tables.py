"""The tables of event buses, rules and their targets."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import number, scoped_table, text

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
