"""Migrations of the schema, by Alembic, run at start when the store is behind.

`versions/` holds one file a revision, named `NNNN_what_changed.py`; the newest name is the head.
`schema.sql` is what all of them together make: a new store is made from it at once, without Alembic
(which takes longer to load than windsock to start). `make migration` writes both; a test holds them
to each other and to the tables the code declares.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

VERSIONS = Path(__file__).parent / "versions"
SCHEMA = Path(__file__).parent / "schema.sql"


def head() -> str:
    """The newest revision's id: the four digits its file name starts with."""
    return max(file.name[:4] for file in VERSIONS.glob("[0-9]*.py"))


def create(connection: Any) -> None:
    """Make the newest schema in an empty SQLite database, in one transaction."""
    connection.executescript(f"BEGIN; {SCHEMA.read_text()} COMMIT;")


def upgrade(url: str, driver: ModuleType) -> None:
    """Run every revision the database at `url` lacks, in one transaction."""
    import sqlalchemy as sa
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    engine = sa.create_engine(url, module=driver)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
