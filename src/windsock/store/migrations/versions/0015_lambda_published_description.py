"""Lambda published description."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Change the schema; windsock never goes back to an older one."""
    with op.batch_alter_table("lambda_functions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("published_description", sa.Text(), nullable=True))
