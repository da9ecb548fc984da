"""How long what is done to an environment takes, in seconds. AWS promises nothing."""

from __future__ import annotations

from typing import Final

SECONDS: Final = {"createEnvironment": 60, "updateEnvironment": 30, "terminateEnvironment": 30}
