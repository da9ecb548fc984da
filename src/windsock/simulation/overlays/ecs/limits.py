"""How long what happens in ECS takes, in seconds. AWS promises nothing; these are short and plausible."""

from __future__ import annotations

from typing import Final

# From an instance that runs to an agent that registers it.
AGENT_SECONDS: Final = 30
REGISTER_ATTEMPTS: Final = 10

# How long a task stays in a state that passes by itself.
PASSING_SECONDS: Final = {
    "PROVISIONING": 10,
    "PENDING": 5,
    "RUNNING": 1,  # once it is to stop
    "DEACTIVATING": 1,
    "STOPPING": 5,
    "DEPROVISIONING": 5,
}
