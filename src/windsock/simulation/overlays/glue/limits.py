"""How long what happens in Glue takes, in seconds. AWS promises nothing; these are short and plausible."""

from __future__ import annotations

from typing import Final

STARTING_SECONDS: Final = 5
RUNNING_SECONDS: Final = 30
STOPPING_SECONDS: Final = 5
CRAWL_SECONDS: Final = 30

# How often a script is looked for that S3 fails to tell of.
LAUNCH_ATTEMPTS: Final = 5
