"""What decides on access to buckets, beside the buckets themselves: kept here, as every call asks for it."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import scoped_table, text

# The account is the bucket's owner. `policy` is the text that was put; `ownership` that of its objects;
# `access_block` the JSON of a PublicAccessBlockConfiguration, `{}` for none.
buckets = scoped_table(
    "s3_buckets",
    text("name", key=True),
    text("policy", optional=True),
    text("ownership"),
    text("access_block"),
)
sa.Index("s3_buckets_name", buckets.c.name)
