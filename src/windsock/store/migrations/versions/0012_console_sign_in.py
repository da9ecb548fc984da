"""Console sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Change the schema; windsock never goes back to an older one."""
    op.create_table(
        "iam_ended_sessions",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("access_key", sa.Text(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "access_key"),
    )
    with op.batch_alter_table("iam_mfa_devices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_step", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("iam_users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("password_used_ms", sa.BigInteger(), nullable=True))
