"""Stepfunctions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change the schema; windsock never goes back to an older one."""
    op.create_table(
        "stepfunctions_activities",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "name"),
    )
    op.create_table(
        "stepfunctions_activity_tasks",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("execution", sa.Text(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "activity", "id"),
    )
    with op.batch_alter_table("stepfunctions_activity_tasks", schema=None) as batch_op:
        batch_op.create_index(
            "stepfunctions_activity_tasks_execution",
            ["account", "region", "execution", "frame"],
            unique=False,
        )

    op.create_table(
        "stepfunctions_aliases",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("routing", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "machine", "name"),
    )
    op.create_table(
        "stepfunctions_executions",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("alias", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("stopped_ms", sa.BigInteger(), nullable=True),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("output", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("trace_header", sa.Text(), nullable=True),
        sa.Column("redrive_count", sa.BigInteger(), nullable=False),
        sa.Column("redriven_ms", sa.BigInteger(), nullable=True),
        sa.Column("redrive_token", sa.Text(), nullable=True),
        sa.Column("map_run", sa.Text(), nullable=True),
        sa.Column("map_index", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account", "region", "id"),
    )
    with op.batch_alter_table("stepfunctions_executions", schema=None) as batch_op:
        batch_op.create_index(
            "stepfunctions_executions_listed", ["account", "region", "machine", "status", "id"], unique=False
        )
        batch_op.create_index(
            "stepfunctions_executions_map_index",
            ["account", "region", "map_run", "map_index"],
            unique=False,
            sqlite_where=sa.text("map_run IS NOT NULL"),
        )
        batch_op.create_index(
            "stepfunctions_executions_map_run",
            ["account", "region", "map_run", "status", "id"],
            unique=False,
            sqlite_where=sa.text("map_run IS NOT NULL"),
        )
        batch_op.create_index(
            "stepfunctions_executions_name", ["account", "region", "machine", "name"], unique=True
        )
        batch_op.create_index(
            "stepfunctions_executions_revision", ["account", "region", "revision"], unique=False
        )
        batch_op.create_index(
            "stepfunctions_executions_stopped",
            ["stopped_ms"],
            unique=False,
            sqlite_where=sa.text("stopped_ms IS NOT NULL"),
        )

    op.create_table(
        "stepfunctions_frames",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("execution", sa.Text(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "execution", "frame"),
    )
    op.create_table(
        "stepfunctions_history",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("execution", sa.Text(), nullable=False),
        sa.Column("first_event", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "execution", "first_event"),
    )
    op.create_table(
        "stepfunctions_jobs",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("execution", sa.Text(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "execution", "frame"),
    )
    op.create_table(
        "stepfunctions_machines",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("last_version", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "name"),
    )
    op.create_table(
        "stepfunctions_map_runs",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("execution", sa.Text(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("stopped_ms", sa.BigInteger(), nullable=True),
        sa.Column("max_concurrency", sa.BigInteger(), nullable=False),
        sa.Column("tolerated_failure_count", sa.BigInteger(), nullable=False),
        sa.Column("tolerated_failure_percentage", sa.Double(), nullable=False),
        sa.Column("total_items", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("redrive_count", sa.BigInteger(), nullable=False),
        sa.Column("redriven_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account", "region", "id"),
    )
    with op.batch_alter_table("stepfunctions_map_runs", schema=None) as batch_op:
        batch_op.create_index(
            "stepfunctions_map_runs_execution", ["account", "region", "execution"], unique=False
        )

    op.create_table(
        "stepfunctions_revisions",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("shown_id", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "id"),
    )
    with op.batch_alter_table("stepfunctions_revisions", schema=None) as batch_op:
        batch_op.create_index(
            "stepfunctions_revisions_machine", ["account", "region", "machine"], unique=False
        )

    op.create_table(
        "stepfunctions_versions",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "machine", "version"),
    )
