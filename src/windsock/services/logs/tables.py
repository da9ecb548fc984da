"""The tables of CloudWatch Logs.

Groups and streams have a number besides their name, drawn at random when they are made. What
belongs to them is kept under the number: a deleted group is gone at once, one created anew under its
name starts empty, and what the old one held is removed bit by bit.
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import number, scoped_table, text

groups = scoped_table(
    "logs_groups",
    text("name", key=True),
    number("id"),
    text("log_class"),
    text("kms_key", optional=True),
    number("retention_days", optional=True),
    number("protected"),
    text("tags"),
    number("created_ms"),
    number("stored_bytes"),
    number("metric_filters"),
    number("next_seq"),
)

# `first_event_ms`, `last_event_ms` and `last_ingestion_ms` are 0 until the first event.
streams = scoped_table(
    "logs_streams",
    number("group_id", key=True),
    text("name", key=True),
    number("id"),
    number("created_ms"),
    number("first_event_ms"),
    number("last_event_ms"),
    number("last_ingestion_ms"),
)
sa.Index("logs_streams_id", streams.c.account, streams.c.region, streams.c.group_id, streams.c.id)
sa.Index(
    "logs_streams_latest",
    streams.c.account,
    streams.c.region,
    streams.c.group_id,
    streams.c.last_event_ms,
    streams.c.name,
)

# `seq` counts the events of a group in the order they came; `size` is what an event counts in a batch.
events = scoped_table(
    "logs_events",
    number("group_id", key=True),
    number("stream_id", key=True),
    number("time_ms", key=True),
    number("seq", key=True),
    number("ingested_ms"),
    number("size"),
    text("message"),
)
sa.Index(
    "logs_events_time",
    events.c.account,
    events.c.region,
    events.c.group_id,
    events.c.time_ms,
    events.c.seq,
)

subscription_filters = scoped_table(
    "logs_subscription_filters",
    text("group_name", key=True),
    text("name", key=True),
    text("pattern"),
    text("destination_arn"),
    text("role_arn", optional=True),
    text("distribution"),
    text("options"),
    number("created_ms"),
)

metric_filters = scoped_table(
    "logs_metric_filters",
    text("name", key=True),
    text("group_name", key=True),
    text("pattern"),
    text("transformations"),
    text("options"),
    number("created_ms"),
)
sa.Index(
    "logs_metric_filters_group",
    metric_filters.c.account,
    metric_filters.c.region,
    metric_filters.c.group_name,
)

destinations = scoped_table(
    "logs_destinations",
    text("name", key=True),
    text("target_arn"),
    text("role_arn"),
    text("access_policy", optional=True),
    text("tags"),
    number("created_ms"),
)

# `resource_arn` is empty for a policy of the whole account.
resource_policies = scoped_table(
    "logs_resource_policies",
    text("resource_arn", key=True),
    text("name", key=True),
    text("document"),
    text("revision"),
    number("updated_ms"),
)

delivery_destinations = scoped_table(
    "logs_delivery_destinations",
    text("name", key=True),
    text("type"),
    text("resource_arn", optional=True),
    text("output_format", optional=True),
    text("policy", optional=True),
    text("tags"),
)
