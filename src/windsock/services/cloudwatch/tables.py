"""The tables of CloudWatch."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import number, real, scoped_table, text

# What was measured, summed up per period of `seconds` (1 for high resolution, 60, then rolled up to 300 and
# 3600). `dimensions` is a JSON object with sorted names; `spread` the values and how often each came, for
# percentiles, empty where they are not known.
datapoints = scoped_table(
    "cloudwatch_datapoints",
    text("namespace", key=True),
    text("name", key=True),
    text("dimensions", key=True),
    text("unit", key=True),
    number("seconds", key=True),
    number("start_ms", key=True),
    real("samples"),
    real("total"),
    real("smallest"),
    real("largest"),
    text("spread"),
)
sa.Index("cloudwatch_datapoints_age", datapoints.c.seconds, datapoints.c.start_ms)

# The metrics there are, and when each last had data.
metrics = scoped_table(
    "cloudwatch_metrics",
    text("namespace", key=True),
    text("name", key=True),
    text("dimensions", key=True),
    number("latest_ms"),
)

# An alarm: `kind` is MetricAlarm or CompositeAlarm, `body` what it was put as (JSON).
alarms = scoped_table(
    "cloudwatch_alarms",
    text("name", key=True),
    text("kind"),
    text("body"),
    text("tags"),
    text("state"),
    text("reason"),
    text("reason_data", optional=True),
    number("configured_ms"),
    number("updated_ms"),
    number("transitioned_ms"),
)

# What happened to alarms; `id` sorts by time.
alarm_history = scoped_table(
    "cloudwatch_alarm_history",
    text("id", key=True),
    text("alarm"),
    text("kind"),
    text("item"),
    text("summary"),
    text("data"),
    number("time_ms"),
)
sa.Index("cloudwatch_alarm_history_time", alarm_history.c.time_ms)

# Dashboards are the account's, whatever the region.
dashboards = scoped_table(
    "cloudwatch_dashboards", text("name", key=True), text("body"), text("tags"), number("modified_ms")
)
