"""The health checks that are looked at. They have no region; their rows are in that of their metrics."""

from __future__ import annotations

from windsock.store.schema import number, scoped_table, text

# `config` is the JSON of a HealthCheckConfig. `healthy` is what the check has found so far, `streak` how many
# of the latest answers in a row say otherwise; `report` and `failure` are the latest answer and failure.
health_checks = scoped_table(
    "route53_health_checks",
    text("id", key=True),
    text("config"),
    number("healthy"),
    number("streak"),
    text("report"),
    number("checked_ms", optional=True),
    text("failure"),
    number("failed_ms", optional=True),
    number("measured_ms"),
)
