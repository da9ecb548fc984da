"""The tables of Snowball."""

from __future__ import annotations

from windsock.store.schema import number, scoped_table, text

# `address` is the JSON of an Address.
addresses = scoped_table("snowball_addresses", text("id", key=True), text("address"), number("created_ms"))

# `settings` is the JSON of what CreateJob and UpdateJob said.
jobs = scoped_table(
    "snowball_jobs", text("id", key=True), text("state"), text("settings"), number("created_ms")
)
