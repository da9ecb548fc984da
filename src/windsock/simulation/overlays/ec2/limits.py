"""How long what happens in EC2 takes, in seconds. AWS promises nothing; these are short and plausible."""

from __future__ import annotations

from typing import Final

SNAPSHOT_SECONDS: Final = 30
IMAGE_SECONDS: Final = 30

# The states that pass by themselves: into which other, and after how long.
PASSING: Final = {
    "pending": ("running", 5),
    "stopping": ("stopped", 10),
    "shutting-down": ("terminated", 10),
}
