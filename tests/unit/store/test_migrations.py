"""The migrations, the schema a new store gets, and the tables the code declares are one."""

from __future__ import annotations

from pathlib import Path

import pysqlite3
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from scripts.make_migration import schema_of

from windsock.engine.rooms import Rooms
from windsock.store import migrations, sqlite
from windsock.store.schema import metadata


def test_the_migrations_make_the_tables_the_code_declares(tmp_path: Path, rooms: Rooms) -> None:
    url = f"sqlite:///{tmp_path / 'migrated.db'}"
    migrations.upgrade(url, pysqlite3)
    engine = sa.create_engine(url, module=pysqlite3)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == [], "run `make migration NAME=what_changed`"


def test_a_new_store_gets_what_the_migrations_make(tmp_path: Path) -> None:
    migrations.upgrade(f"sqlite:///{tmp_path / 'migrated.db'}", pysqlite3)
    sqlite.migrate(tmp_path / "new.db")
    assert schema_of(tmp_path / "new.db") == schema_of(tmp_path / "migrated.db")


def test_a_store_that_is_current_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    sqlite.migrate(path)
    before = schema_of(path)
    sqlite.migrate(path)
    assert schema_of(path) == before
