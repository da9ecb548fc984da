"""The engine's own tables."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import blob, metadata, number, real, scoped_table, text

# Work that was accepted and its outcome. `state` is pending, done or dead. `failures` is a JSON
# list of {at, error}: one entry for each attempt that failed.
tasks = scoped_table(
    "engine_tasks",
    text("id", key=True),
    text("kind"),
    text("lane"),
    number("ordered"),
    text("state"),
    text("cause"),
    number("created_ms"),
    number("due_ms"),
    number("attempts"),
    number("ended_ms", optional=True),
    blob("payload"),
    text("failures", optional=True),
)
sa.Index(
    "engine_tasks_pending",
    tasks.c.lane,
    tasks.c.due_ms,
    tasks.c.id,
    sqlite_where=tasks.c.state == "pending",
)
sa.Index(
    "engine_tasks_ended",
    tasks.c.ended_ms,
    sqlite_where=tasks.c.state != "pending",
)
sa.Index("engine_tasks_cause", tasks.c.account, tasks.c.region, tasks.c.cause)

# Instants at which something happens, one row each until it has.
timers = scoped_table(
    "engine_timers",
    text("kind", key=True),
    text("key", key=True),
    number("due_ms"),
    blob("payload"),
)
sa.Index("engine_timers_due", timers.c.due_ms)

# The journal: every accepted event as it was delivered.
events = scoped_table(
    "engine_events",
    text("id", key=True),
    text("event_id"),
    text("bus"),
    text("source"),
    text("detail_type"),
    text("cause"),
    number("accepted_ms"),
    blob("body"),
    text("matched"),
)
sa.Index("engine_events_accepted", events.c.accepted_ms)
sa.Index("engine_events_event_id", events.c.account, events.c.region, events.c.event_id)

# Counted measurements, a row a minute, metric and set of dimensions; CloudWatch reads them.
metric_minutes = scoped_table(
    "engine_metric_minutes",
    text("namespace", key=True),
    text("name", key=True),
    text("dimensions", key=True),
    number("minute_ms", key=True),
    real("samples"),
    real("total"),
    real("smallest"),
    real("largest"),
)

# Accounts that were made, each in its own scope.
accounts = scoped_table("engine_accounts", text("name"), number("created_ms"))

# The accounts that are members of an organisation, each in its own scope; `management` is the account whose
# rows hold the organisation.
members = scoped_table("engine_members", text("organization"), text("management"))

# One row each for what the whole store must remember, such as where the virtual clock stood.
facts = sa.Table("engine_facts", metadata, text("name", key=True), text("value"))
