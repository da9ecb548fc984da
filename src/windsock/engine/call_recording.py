"""Who writes down the calls that were answered: the place in the chain for the API trail.

A recorder is a class below `windsock.services`, marked with `@call_recorder`; there is one of it an engine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.engine.calls import Call
from windsock.engine.operations import Result
from windsock.kernel.discovery import mark
from windsock.kernel.errors import AwsError

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


class CallRecorder(ABC):
    """Told of every call that was answered; it must be quick, as everybody's call waits for it."""

    @abstractmethod
    def __init__(self, engine: Engine) -> None: ...

    @abstractmethod
    def record(self, call: Call, result: Result, error: AwsError | None) -> None:
        """Note a call and what it was answered.

        For a command that did what it should this runs in the group of changes that holds its effect, so
        what a `Store.before_commit` hook then writes is on disk exactly when the effect is.
        """


@dataclass(frozen=True, slots=True)
class CallRecorderMarker:
    """Set on a class by `call_recorder`."""


def call_recorder(kind: type[CallRecorder]) -> type[CallRecorder]:
    """Register a recorder of calls."""
    mark(kind, CallRecorderMarker())
    return kind
