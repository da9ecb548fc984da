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
    find_rooms().all()  # so that every table is declared
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
    (made,) = migrations.VERSIONS.glob(f"{number}_*.py")
    _without_remarks(made)
    write_schema()


def _without_remarks(file: Path) -> None:
    """Take out the remarks that Alembic puts around what it wrote."""
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "###" not in line))


def schema_of(path: Path) -> str:
    """The SQL that makes the schema a database has, revision included, in a stable order."""
    connection = pysqlite3.connect(str(path))
    made = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
    ).fetchall()
    version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    connection.close()
    statements = [" ".join(sql.split()) for (sql,) in made]
    statements.append(f"INSERT INTO alembic_version (version_num) VALUES ('{version}')")
    return "".join(f"{statement};\n" for statement in statements)


def write_schema() -> None:
    """Write `schema.sql`: what all revisions together make."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "head.db"
        migrations.upgrade(f"sqlite:///{path}", pysqlite3)
        migrations.SCHEMA.write_text(schema_of(path))


if __name__ == "__main__":
    main(sys.argv[1])
