"""The table of pipes."""

from __future__ import annotations

from windsock.store.schema import number, scoped_table, text

# `body` is the pipe as it was given, as JSON with the names of the API (without tags and desired state).
# A pipe is worked by the task that carries its `run`; a change gives it another, which ends the task before.
pipes = scoped_table(
    "pipes_pipes",
    text("name", key=True),
    text("source"),
    text("target"),
    text("enrichment"),
    text("body"),
    text("tags"),
    text("desired_state"),
    text("current_state"),
    text("run"),
    number("created_ms"),
    number("modified_ms"),
)
