"""What goes wrong in a state machine: error names of States.*, and definitions that are none.

Source: "Handling errors in Step Functions workflows"
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations


class DefinitionError(ValueError):
    """A text or value that is no state machine, path, function call or expression; the message says why."""


class ExpressionRefused(DefinitionError):
    """A JSONata expression that AWS does not take. `code` and `field` are for the diagnostic."""

    def __init__(self, code: str, message: str, field: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class StatesError(Exception):
    """A state cannot go on. Retry and Catch match `error`; `cause` is for people.

    The cause is without "An error occurred while executing the state ..." in front. `location` is the field
    whose JSONata expression failed, such as `Output/total`.
    """

    def __init__(self, error: str, cause: str, location: str | None = None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause
        self.location = location


class RuntimeFailure(StatesError):
    """States.Runtime: something that no retry helps against, such as a path that leads nowhere."""

    def __init__(self, cause: str) -> None:
        super().__init__("States.Runtime", cause)


class ReferencePathConflict(StatesError):
    """States.ReferencePathConflict: a ResultPath that leads nowhere in the input.

    That is what AWS answers; its list of errors calls it States.ResultPathMatchFailure.
    """

    def __init__(self, cause: str) -> None:
        super().__init__("States.ReferencePathConflict", cause)


class IntrinsicFailure(StatesError):
    """States.IntrinsicFailure: a function call that failed."""

    def __init__(self, cause: str) -> None:
        super().__init__("States.IntrinsicFailure", cause)


class QueryEvaluationError(StatesError):
    """States.QueryEvaluationError: a JSONata expression that failed or gave what its field cannot take."""

    def __init__(self, cause: str, location: str) -> None:
        super().__init__("States.QueryEvaluationError", cause, location)
