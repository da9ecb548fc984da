"""The tables of CloudFormation. JSON is kept as text, instants in milliseconds."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import number, scoped_table, text

# A stack, for ninety days after it is deleted too; `id` is the last part of its ARN, `live` is 1 until then.
# `settings` are what it was last deployed with (template, parameters ...), `before` what it had when the
# operation under way began, to go back to; `operation` is that operation, `failed` the id of an update that
# could not be undone.
stacks = scoped_table(
    "cloudformation_stacks",
    text("id", key=True),
    text("name"),
    number("live"),
    text("status"),
    text("reason", optional=True),
    text("settings"),
    text("before", optional=True),
    text("operation", optional=True),
    text("outputs"),
    text("policy", optional=True),
    number("protected"),
    text("parent", optional=True),
    text("failed", optional=True),
    number("created_ms"),
    number("updated_ms", optional=True),
    number("deleted_ms", optional=True),
)
sa.Index("cloudformation_stacks_name", stacks.c.account, stacks.c.region, stacks.c.name)

# A resource of a stack. `physical_id`, `properties` and `attributes` are those it has now, `before` those
# that it had before the operation under way. `operation` is the one that touched it last, `token` what
# makes its repeated attempts one.
resources = scoped_table(
    "cloudformation_resources",
    text("stack", key=True),
    text("logical_id", key=True),
    text("type"),
    text("status"),
    text("reason", optional=True),
    text("physical_id", optional=True),
    text("properties"),
    text("attributes"),
    text("declared"),
    text("before", optional=True),
    text("operation"),
    text("token"),
    number("updated_ms"),
)

# What is to be removed once an operation has made or changed all it had to: `resource` is the JSON of an old
# resource, which another has replaced or which the template no longer has.
leftovers = scoped_table(
    "cloudformation_leftovers",
    text("stack", key=True),
    text("id", key=True),
    text("logical_id"),
    text("type"),
    text("resource"),
)

# `id` sorts by time; `body` is the event as DescribeStackEvents shows it.
events = scoped_table("cloudformation_events", text("stack", key=True), text("id", key=True), text("body"))

change_sets = scoped_table(
    "cloudformation_change_sets",
    text("id", key=True),
    text("stack", optional=False),
    text("name"),
    text("status"),
    text("reason", optional=True),
    text("execution_status"),
    text("settings"),
    text("changes"),
    number("created_ms"),
)
sa.Index(
    "cloudformation_change_sets_stack",
    change_sets.c.account,
    change_sets.c.region,
    change_sets.c.stack,
    change_sets.c.name,
)

exports = scoped_table("cloudformation_exports", text("name", key=True), text("stack"), text("value"))
imports = scoped_table("cloudformation_imports", text("name", key=True), text("stack", key=True))

# What was signalled of a resource: by whom (`id`), and whether it succeeded.
signals = scoped_table(
    "cloudformation_signals",
    text("stack", key=True),
    text("logical_id", key=True),
    text("id", key=True),
    text("status"),
)

# What was put to the handle of a wait condition: by whom (`id`), whether it succeeded, and with which data.
wait_signals = scoped_table(
    "cloudformation_wait_signals",
    text("handle", key=True),
    text("id", key=True),
    text("status"),
    text("reason"),
    text("data"),
)
