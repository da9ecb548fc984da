"""What a start loads: windsock is up in less than a second because it loads nothing it may not need."""

from __future__ import annotations

import subprocess
import sys

LOADS = """
import sys
import windsock.cli.serving
from windsock.app import find_rooms
find_rooms()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_what_takes_long_to_import_is_left_until_it_is_needed() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADS], capture_output=True, text=True, check=True)
    assert not {"aiohttp", "alembic", "boto3", "cryptography"} & set(loaded.stdout.split())
