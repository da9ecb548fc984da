"""How a state fails: what Retry and Catch look for, and what the history tells.

Source: "Handling errors in Step Functions workflows"
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import StatesError

ALL: Final = "States.ALL"
RUNTIME: Final = "States.Runtime"
TIMEOUT: Final = "States.Timeout"
HEARTBEAT_TIMEOUT: Final = "States.HeartbeatTimeout"
TASK_FAILED: Final = "States.TaskFailed"
DATA_LIMIT: Final = "States.DataLimitExceeded"
QUERY_EVALUATION: Final = "States.QueryEvaluationError"
NO_CHOICE: Final = "States.NoChoiceMatched"
TOO_MANY_FAILED: Final = "States.ExceedToleratedFailureThreshold"
ITEM_READER_FAILED: Final = "States.ItemReaderFailed"
RESULT_WRITER_FAILED: Final = "States.ResultWriterFailed"

_NEVER: Final[frozenset[str]] = frozenset()
_TIMEOUTS: Final = frozenset({TIMEOUT, ALL})
_HEARTBEATS: Final = frozenset({TIMEOUT, HEARTBEAT_TIMEOUT, ALL})
_WILD: Final = frozenset({TASK_FAILED, ALL})


@dataclass(frozen=True, slots=True)
class Failure:
    """An error with its cause. `names` are those that an ErrorEquals takes it by; without, nothing does."""

    error: str | None
    cause: str | None
    names: frozenset[str]

    @classmethod
    def named(cls, error: str | None, cause: str | None) -> Failure:
        """A failure that goes by its name and by the wildcards that take in that name."""
        if error == RUNTIME:
            return cls(error, cause, _NEVER)
        if error == TIMEOUT:
            return cls(error, cause, _TIMEOUTS)
        return cls(error, cause, _WILD if error is None else _WILD | {error})

    @classmethod
    def heartbeat(cls) -> Failure:
        """A task that gave no sign of life; AWS reports States.Timeout, and catches it by either name."""
        return cls(TIMEOUT, None, _HEARTBEATS)

    @classmethod
    def too_large(cls, whose: str) -> Failure:
        """A result above the limit of payloads."""
        return cls.named(
            DATA_LIMIT,
            f"The state/task '{whose}' returned a result with a size exceeding the maximum number of bytes"
            " service limit.",
        )

    @property
    def fatal(self) -> bool:
        """Whether it ends the execution wherever it happens."""
        return self.error == RUNTIME

    def told(self) -> dict[str, Any]:
        """What events tell of it."""
        told = {"error": self.error, "cause": self.cause}
        return {name: text for name, text in told.items() if text is not None}

    def output(self) -> Document:
        """What a Catch passes on."""
        return Document({"Error": self.error or "", "Cause": self.cause or ""})


class Failed(Exception):
    """A state fails for a reason of its own, not for one of its expressions."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.error)
        self.failure = failure


def failure_in_state(error: StatesError, state: str, entered: int) -> Failure:
    """The failure of an expression, with the place in front as AWS words it.

    `entered` is the id of the event that entered the state.
    """
    return Failure.named(
        error.error,
        f"An error occurred while executing the state '{state}' (entered at the event id #{entered})."
        f" {error.cause}",
    )
