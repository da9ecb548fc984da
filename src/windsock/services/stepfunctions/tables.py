"""The tables of Step Functions. JSON is kept as text, instants in milliseconds."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import blob, number, real, scoped_table, text

# `revision` names the row of `revisions` that holds the definition now; `last_version` the number given last.
# `status` is ACTIVE or DELETING.
machines = scoped_table(
    "stepfunctions_machines",
    text("name", key=True),
    text("type"),
    text("status"),
    text("revision"),
    number("last_version"),
    number("created_ms"),
    text("tags"),
)

# What a machine was at one time, for as long as it, a version or an execution of it needs that. `shown_id`
# is the revisionId as AWS shows it: none until the first update. `settings` are the loggingConfiguration,
# tracingConfiguration and encryptionConfiguration.
revisions = scoped_table(
    "stepfunctions_revisions",
    text("id", key=True),
    text("machine"),
    text("shown_id", optional=True),
    text("type"),
    text("definition"),
    text("role"),
    text("settings"),
    number("created_ms"),
)
sa.Index("stepfunctions_revisions_machine", revisions.c.account, revisions.c.region, revisions.c.machine)

versions = scoped_table(
    "stepfunctions_versions",
    text("machine", key=True),
    number("version", key=True),
    text("revision"),
    text("description", optional=True),
    number("created_ms"),
)

# `routing` is a JSON list of {version, weight}.
aliases = scoped_table(
    "stepfunctions_aliases",
    text("machine", key=True),
    text("name", key=True),
    text("description", optional=True),
    text("routing"),
    number("created_ms"),
    number("updated_ms"),
)

# An execution. `id` begins with the instant it was made at; the rest is drawn at random and shown to
# nobody, so that task tokens, which hold it, cannot be guessed. `machine` is `name/label` for children of a
# distributed Map. `told` says who learns of its end, as JSON: the task of another execution, or the Map
# state it is a child of.
executions = scoped_table(
    "stepfunctions_executions",
    text("id", key=True),
    text("machine"),
    text("name"),
    text("revision"),
    number("version", optional=True),
    text("alias", optional=True),
    text("status"),
    number("started_ms"),
    number("stopped_ms", optional=True),
    text("input"),
    text("output", optional=True),
    text("error", optional=True),
    text("cause", optional=True),
    text("trace_header", optional=True),
    number("redrive_count"),
    number("redriven_ms", optional=True),
    text("redrive_token", optional=True),
    text("map_run", optional=True),
    number("map_index", optional=True),
    text("origin"),
    text("told", optional=True),
)
sa.Index(
    "stepfunctions_executions_name",
    executions.c.account,
    executions.c.region,
    executions.c.machine,
    executions.c.name,
    unique=True,
)
sa.Index(
    "stepfunctions_executions_listed",
    executions.c.account,
    executions.c.region,
    executions.c.machine,
    executions.c.status,
    executions.c.id,
)
sa.Index(
    "stepfunctions_executions_map_run",
    executions.c.account,
    executions.c.region,
    executions.c.map_run,
    executions.c.status,
    executions.c.id,
    sqlite_where=executions.c.map_run.is_not(None),
)
sa.Index(
    "stepfunctions_executions_map_index",
    executions.c.account,
    executions.c.region,
    executions.c.map_run,
    executions.c.map_index,
    sqlite_where=executions.c.map_run.is_not(None),
)
sa.Index(
    "stepfunctions_executions_stopped",
    executions.c.stopped_ms,
    sqlite_where=executions.c.stopped_ms.is_not(None),
)
sa.Index(
    "stepfunctions_executions_revision", executions.c.account, executions.c.region, executions.c.revision
)

# What a running execution knows, a row a line of states: see `languages/asl/run.py`.
frames = scoped_table(
    "stepfunctions_frames",
    text("execution", key=True),
    number("frame", key=True),
    blob("body"),
)

# The history, a row for all events of one turn: a JSON list, compressed where that pays.
history = scoped_table(
    "stepfunctions_history",
    text("execution", key=True),
    number("first_event", key=True),
    blob("events"),
)

activities = scoped_table(
    "stepfunctions_activities",
    text("name", key=True),
    number("created_ms"),
    text("settings"),
    text("tags"),
)

# Tasks of activities that no worker has taken yet, in the order they came.
activity_tasks = scoped_table(
    "stepfunctions_activity_tasks",
    text("activity", key=True),
    text("id", key=True),
    text("execution"),
    number("frame"),
    number("seq"),
    text("input"),
)
sa.Index(
    "stepfunctions_activity_tasks_execution",
    activity_tasks.c.account,
    activity_tasks.c.region,
    activity_tasks.c.execution,
    activity_tasks.c.frame,
)

# Jobs (`.sync`) that an execution waits for. `work` is JSON: what was asked, and what the service answered.
jobs = scoped_table(
    "stepfunctions_jobs",
    text("execution", key=True),
    number("frame", key=True),
    number("seq"),
    text("work"),
)

# `execution`, `frame` and `seq` are the Map state that runs it; `state` is its name. `counts` is JSON: by
# status, how many executions and how many items.
map_runs = scoped_table(
    "stepfunctions_map_runs",
    text("id", key=True),
    text("machine"),
    text("label"),
    text("state"),
    text("execution"),
    number("frame"),
    number("seq"),
    text("status"),
    number("started_ms"),
    number("stopped_ms", optional=True),
    number("max_concurrency"),
    number("tolerated_failure_count"),
    real("tolerated_failure_percentage"),
    number("total_items", optional=True),
    text("counts"),
    number("redrive_count"),
    number("redriven_ms", optional=True),
)
sa.Index("stepfunctions_map_runs_execution", map_runs.c.account, map_runs.c.region, map_runs.c.execution)
