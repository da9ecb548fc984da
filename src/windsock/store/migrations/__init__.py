"""Migrations of the schema, by Alembic, run at start when the store is behind.

`versions/` holds one file a revision, named `NNNN_what_changed.py`; the newest name is the head.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

VERSIONS = Path(__file__).parent / "versions"


def head() -> str:
    """The newest revision's id: the four digits its file name starts with."""
    return max(file.name[:4] for file in VERSIONS.glob("[0-9]*.py"))


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
