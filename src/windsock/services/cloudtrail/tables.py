"""The tables of CloudTrail."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import blob, number, scoped_table, text

# Event history, and the data events that trails asked for (`data`); `body` is the event as CloudTrail gives
# it. Global services' calls are in us-east-1.
events = scoped_table(
    "cloudtrail_events",
    text("id", key=True),
    text("event_id"),
    text("name"),
    text("source"),
    text("username"),
    text("access_key"),
    number("read_only"),
    number("data"),
    number("time_ms"),
    blob("body"),
)
sa.Index("cloudtrail_events_time", events.c.time_ms)

# What events are about: a row for each resource of an event, to be looked up by name or by type.
resources = scoped_table(
    "cloudtrail_resources", text("event", key=True), text("name", key=True), text("type", key=True)
)
sa.Index("cloudtrail_resources_name", resources.c.account, resources.c.region, resources.c.name)
sa.Index("cloudtrail_resources_type", resources.c.account, resources.c.region, resources.c.type)

# A trail, in its home region. `body` holds what CreateTrail and UpdateTrail were given, `selectors` what
# PutEventSelectors was, `status` what GetTrailStatus tells, each as JSON.
trails = scoped_table(
    "cloudtrail_trails",
    text("name", key=True),
    text("body"),
    text("selectors", optional=True),
    text("tags"),
    text("status"),
    number("logging"),
    number("multi_region"),
    number("created_ms"),
)

# What trails have yet to deliver: by the trail's home, its name and the event.
deliveries = scoped_table(
    "cloudtrail_deliveries",
    text("trail", key=True),
    text("event", key=True),
    text("event_account"),
    text("event_region"),
)

# The log files of trails that validate theirs, until a digest file names them: when and where they were
# delivered, the hash of their content, and the time of their oldest and newest event.
log_files = scoped_table(
    "cloudtrail_log_files",
    text("trail", key=True),
    text("object", key=True),
    text("file_account"),
    text("file_region"),
    text("bucket"),
    text("hash"),
    number("oldest_ms"),
    number("newest_ms"),
    number("delivered_ms"),
)

# The chains of digest files of a trail, by account and region: where the next one begins, and the one before
# it (JSON).
digest_chains = scoped_table(
    "cloudtrail_digest_chains",
    text("trail", key=True),
    text("digest_account", key=True),
    text("digest_region", key=True),
    number("start_ms"),
    text("previous", optional=True),
)

# The keys that digest files are signed with, both DER, and from when until when.
digest_keys = scoped_table(
    "cloudtrail_digest_keys",
    text("fingerprint", key=True),
    blob("private_key"),
    blob("public_key"),
    number("from_ms"),
    number("until_ms"),
)
