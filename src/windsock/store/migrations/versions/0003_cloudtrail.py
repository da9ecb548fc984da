"""Cloudtrail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change the schema; windsock never goes back to an older one."""
    op.create_table(
        "cloudtrail_deliveries",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("trail", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("event_account", sa.Text(), nullable=False),
        sa.Column("event_region", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "trail", "event"),
    )
    op.create_table(
        "cloudtrail_events",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("access_key", sa.Text(), nullable=False),
        sa.Column("read_only", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.BigInteger(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "id"),
    )
    with op.batch_alter_table("cloudtrail_events", schema=None) as batch_op:
        batch_op.create_index("cloudtrail_events_time", ["time_ms"], unique=False)

    op.create_table(
        "cloudtrail_resources",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "event", "name", "type"),
    )
    with op.batch_alter_table("cloudtrail_resources", schema=None) as batch_op:
        batch_op.create_index("cloudtrail_resources_name", ["account", "region", "name"], unique=False)
        batch_op.create_index("cloudtrail_resources_type", ["account", "region", "type"], unique=False)

    op.create_table(
        "cloudtrail_trails",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("selectors", sa.Text(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("logging", sa.BigInteger(), nullable=False),
        sa.Column("multi_region", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "name"),
    )
