"""Where the console is."""

from __future__ import annotations

from typing import Final

# No bucket can have this name, and so no path of AWS's begins so.
CONSOLE_PREFIX: Final = "/_windsock/console"
# AWS's own. A bucket may be called so, but S3 takes no Action.
FEDERATION_PATH: Final = "/federation"
