"""The states of a pipe, and which follow one another by themselves.

Source: CurrentState in https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RUNNING: Final = "RUNNING"
STOPPED: Final = "STOPPED"
CREATING: Final = "CREATING"
UPDATING: Final = "UPDATING"
STARTING: Final = "STARTING"
STOPPING: Final = "STOPPING"
DELETING: Final = "DELETING"
DELETED: Final = "DELETED"

# From a passing state to the lasting one, by the desired state.
_OUTCOMES: Final[Mapping[str, Mapping[str, str]]] = {
    CREATING: {RUNNING: RUNNING, STOPPED: STOPPED},
    UPDATING: {RUNNING: RUNNING, STOPPED: STOPPED},
    STARTING: {RUNNING: RUNNING},
    STOPPING: {STOPPED: STOPPED},
    DELETING: {DELETED: DELETED},
}


def is_passing(state: str) -> bool:
    """Whether a pipe in this state is on its way to another."""
    return state in _OUTCOMES


def outcome(current: str, desired: str) -> str:
    """The state that follows a passing one; a lasting one stays."""
    return _OUTCOMES[current][desired] if current in _OUTCOMES else current
