"""The log of the calls that changed simulated resources since their state was last written out.

One order over all accounts and regions, because resources reach across them. `call` and `seed` are what the
child needs to do the same again, `digest` the CRC-32 of what it answered; `bodies` names the files that the
call brought along or made, with spaces between them.
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import blob, metadata, number, text

calls = sa.Table(
    "simulation_calls",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    number("at_ms"),
    blob("seed"),
    blob("call"),
    number("digest"),
    text("bodies"),
)
