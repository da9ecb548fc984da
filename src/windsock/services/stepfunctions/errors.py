"""The errors of Step Functions. Codes are the shape names of its model, messages AWS's own.

Source: the errors of each operation below https://docs.aws.amazon.com/step-functions/latest/apireference/
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError, ValidationError


class InvalidArn(AwsError):
    """An ARN of another form or kind than was asked for; `reason` says what is wrong with it."""

    code = "InvalidArn"

    def __init__(self, reason: str, *, what: str = "Arn") -> None:
        super().__init__(f"Invalid {what}: '{reason}'")


class InvalidName(AwsError):
    """A name with characters that names cannot have."""

    code = "InvalidName"

    def __init__(self, name: str) -> None:
        super().__init__(f"Invalid Name: '{name}'")


class InvalidDefinition(AwsError):
    """A definition that is no state machine; the whole message comes from its diagnostics."""

    code = "InvalidDefinition"


class InvalidLoggingConfiguration(AwsError):
    """A logging configuration that cannot be taken."""

    code = "InvalidLoggingConfiguration"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid Logging Configuration: {reason}")


class InvalidEncryptionConfiguration(AwsError):
    """An encryption configuration that cannot be taken."""

    code = "InvalidEncryptionConfiguration"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid Encryption Configuration: {reason}")


class InvalidExecutionInput(AwsError):
    """An input that is no JSON, or too large."""

    code = "InvalidExecutionInput"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid State Machine Execution Input: '{reason}'")


class InvalidOutput(AwsError):
    """The output of a task that is no JSON, or too large."""

    code = "InvalidOutput"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid Output: '{reason}'")


class InvalidToken(AwsError):
    """A page or task token that was never given."""

    code = "InvalidToken"

    def __init__(self) -> None:
        super().__init__("Invalid Token: 'Invalid token'")


class TaskDoesNotExist(AwsError):
    """The token of a task of an execution that is not there."""

    code = "TaskDoesNotExist"

    def __init__(self) -> None:
        super().__init__("Task Does Not Exist: 'Provided task does not exist'")


class TaskTimedOut(AwsError):
    """The token of a task that nobody waits for any more."""

    code = "TaskTimedOut"

    def __init__(self) -> None:
        super().__init__("Task Timed Out: 'Provided task does not exist anymore'")


class MissingRequiredParameter(AwsError):
    """An update that changes nothing."""

    code = "MissingRequiredParameter"

    def __init__(self) -> None:
        super().__init__(
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must "
            "be specified"
        )


class StateMachineAlreadyExists(AwsError):
    """Another state machine of the same name."""

    code = "StateMachineAlreadyExists"

    def __init__(self, arn: str) -> None:
        super().__init__(f"State Machine Already Exists: '{arn}'")


class StateMachineDeleting(AwsError):
    """A state machine that is going away, once its executions have ended."""

    code = "StateMachineDeleting"

    def __init__(self, arn: str) -> None:
        super().__init__(f"State Machine is deleting: '{arn}'")


class StateMachineDoesNotExist(AwsError):
    """A state machine, version or alias that is not there."""

    code = "StateMachineDoesNotExist"

    def __init__(self, arn: str) -> None:
        super().__init__(f"State Machine Does Not Exist: '{arn}'")


class StateMachineLimitExceeded(AwsError):
    """One state machine too many."""

    code = "StateMachineLimitExceeded"

    def __init__(self, most: int) -> None:
        super().__init__(f"State Machine Limit Exceeded: 'An account can have at most {most} state machines'")


class StateMachineTypeNotSupported(AwsError):
    """Something that only the other type of state machine can do."""

    code = "StateMachineTypeNotSupported"

    def __init__(self) -> None:
        super().__init__("This operation is not supported by this type of state machine")


class ExecutionAlreadyExists(AwsError):
    """An execution of the same name that has ended, or has another input."""

    code = "ExecutionAlreadyExists"

    def __init__(self, arn: str) -> None:
        super().__init__(f"Execution Already Exists: '{arn}'")


class ExecutionDoesNotExist(AwsError):
    """An execution that is not there."""

    code = "ExecutionDoesNotExist"

    def __init__(self, arn: str) -> None:
        super().__init__(f"Execution Does Not Exist: '{arn}'")


class ExecutionNotRedrivable(AwsError):
    """An execution that cannot be redriven, for `reason`."""

    code = "ExecutionNotRedrivable"


class ActivityAlreadyExists(AwsError):
    """An activity of the same name with other settings."""

    code = "ActivityAlreadyExists"

    def __init__(self, arn: str) -> None:
        super().__init__(f"Activity Already Exists: '{arn}'")


class ActivityDoesNotExist(AwsError):
    """An activity that is not there."""

    code = "ActivityDoesNotExist"

    def __init__(self, arn: str) -> None:
        super().__init__(f"Activity Does Not Exist: '{arn}'")


class ActivityLimitExceeded(AwsError):
    """One activity too many."""

    code = "ActivityLimitExceeded"

    def __init__(self, most: int) -> None:
        super().__init__(f"Activity Limit Exceeded: 'An account can have at most {most} activities'")


class ResourceNotFound(AwsError):
    """A resource that is not there."""

    code = "ResourceNotFound"

    def __init__(self, arn: str, message: str | None = None) -> None:
        super().__init__(message or f"Resource not found: '{arn}'", details={"resourceName": arn})


class TooManyTags(AwsError):
    """One tag too many."""

    code = "TooManyTags"

    def __init__(self, most: int) -> None:
        super().__init__(f"A resource can have at most {most} tags.")


class Conflict(AwsError):
    """A change that something else is in the way of."""

    code = "ConflictException"


class ServiceQuotaExceeded(AwsError):
    """One version or alias too many."""

    code = "ServiceQuotaExceededException"


def not_valid(message: str, reason: str = "") -> ValidationError:
    """A ValidationException in the service's own words, with the `reason` of its model if there is one."""
    return ValidationError(message, details={"reason": reason} if reason else None)
