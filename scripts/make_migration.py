"""Write the migration that takes the newest revision to the schema the code declares.

make migration NAME=what_changed
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pysqlite3
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from windsock.app import find_rooms
from windsock.store import migrations


def main(name: str) -> None:
    """Write `versions/NNNN_name.py` by comparing the schema with that of the head."""
    find_rooms()  # so that every table is declared
    revisions = sorted(file.name[:4] for file in migrations.VERSIONS.glob("[0-9]*.py"))
    number = f"{int(revisions[-1]) + 1 if revisions else 1:04d}"
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{Path(directory) / 'head.db'}"
        if revisions:
            migrations.upgrade(url, pysqlite3)
        config = Config()
        config.set_main_option("script_location", str(migrations.VERSIONS.parent))
        config.set_main_option("path_separator", "os")
        config.set_main_option("file_template", f"{number}_%%(slug)s")
        engine = sa.create_engine(url, module=pysqlite3)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, name.replace("_", " "), autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main(sys.argv[1])
