"""The tables of AWS Health, which has no regions: rows are the account's."""

from __future__ import annotations

from windsock.store.schema import number, scoped_table, text

# `event_region` is what the event is about; `metadata` is a JSON object.
events = scoped_table(
    "health_events",
    text("arn", key=True),
    text("service"),
    text("code"),
    text("category"),
    text("scope_code"),
    text("status"),
    text("event_region"),
    text("zone"),
    text("description"),
    text("metadata"),
    number("start_ms"),
    number("end_ms", optional=True),
    number("updated_ms"),
)

# What an event affects; `tags` is a JSON object.
entities = scoped_table(
    "health_entities",
    text("event", key=True),
    text("value", key=True),
    text("status"),
    text("tags"),
    number("updated_ms"),
)
