"""SQLite, a current build of it: connections and their settings, and the schema's migrations.

Distributions ship SQLite releases that lag by years; the `pysqlite3` package carries a current one
in its wheels.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pysqlite3

from windsock.store.migrations import create, head, upgrade


def connect(path: Path, *, durable: bool, read_only: bool = False) -> Any:
    """A DB-API connection in autocommit mode, settings of the store applied."""
    connection = pysqlite3.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=512
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
    connection.execute("PRAGMA busy_timeout=5000")
    # In KiB. What is read was mostly written just before, and what is in no cache of ours is in the system's:
    # twice as much saves no time that could be measured with 40,000 executions waiting.
    connection.execute(f"PRAGMA cache_size={-16_384 if read_only else -32_768}")
    connection.execute("PRAGMA temp_store=MEMORY")
    # Pages written between two checkpoints (16 MB): each makes a commit wait for the main file too.
    connection.execute("PRAGMA wal_autocheckpoint=4096")
    if read_only:
        connection.execute("PRAGMA query_only=ON")
    return connection


def migrate(path: Path) -> None:
    """Bring the schema at `path` to the newest revision; a new store gets it at once."""
    connection = pysqlite3.connect(str(path))
    try:
        if _is_empty(connection):
            create(connection)
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    finally:
        connection.close()
    if version != head():
        upgrade(f"sqlite:///{path}", pysqlite3)


def _is_empty(connection: Any) -> bool:
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return tables == 0
