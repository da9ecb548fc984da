"""How long what happens to a cluster takes, in seconds. AWS names only the least of a window."""

from __future__ import annotations

from typing import Final

CREATION_SECONDS: Final = 60
RESIZE_SECONDS: Final = 120
MAINTENANCE_SECONDS: Final = 30 * 60
WEEK_SECONDS: Final = 7 * 24 * 3600
