"""The errors of Lambda. Codes are the shape names of its model, messages AWS's own.

Source: https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html and the errors of each operation.
"""

from __future__ import annotations

from typing import ClassVar

from windsock.kernel.errors import AwsError, ValidationError

REVISION_MISMATCH = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the {} API to retrieve the latest Revision Id"
)


class LambdaError(AwsError):
    """An error with the `Type` that Lambda adds: whose fault it is, `User` or `Service`."""

    type: ClassVar[str] = "User"

    def __init__(self, message: str, *, code: str | None = None, **details: str) -> None:
        super().__init__(message, code=code, details={"Type": self.type, **details})


class InvalidParameterValue(LambdaError):
    """A parameter that cannot be taken."""

    code = "InvalidParameterValueException"


class InvalidRequestContent(LambdaError):
    """A payload that is no JSON."""

    code = "InvalidRequestContentException"


class ResourceNotFound(LambdaError):
    """Something that is not there."""

    code = "ResourceNotFoundException"
    status = 404


class ProvisionedConcurrencyNotFound(LambdaError):
    """A version or alias without provisioned concurrency."""

    code = "ProvisionedConcurrencyConfigNotFoundException"
    status = 404

    def __init__(self) -> None:
        super().__init__("No Provisioned Concurrency Config found for this function")


class ResourceConflict(LambdaError):
    """Something that is there already, or is in the way."""

    code = "ResourceConflictException"
    status = 409


class PreconditionFailed(LambdaError):
    """A RevisionId that is no longer the latest; `operation` is how to learn the latest."""

    code = "PreconditionFailedException"
    status = 412

    def __init__(self, operation: str) -> None:
        super().__init__(REVISION_MISMATCH.format(operation))


class RequestTooLarge(LambdaError):
    """A payload or package above its limit."""

    code = "RequestTooLargeException"
    status = 413


class PolicyLengthExceeded(LambdaError):
    """A resource policy above its limit."""

    code = "PolicyLengthExceededException"


class AccessDenied(LambdaError):
    """What somebody may not do: Lambda itself, to assume a function's role."""

    code = "AccessDeniedException"
    status = 403


class TooManyRequests(LambdaError):
    """An invocation above a concurrency limit; `reason` is one of the model's ThrottleReason."""

    code = "TooManyRequestsException"
    status = 429

    def __init__(self, reason: str) -> None:
        super().__init__("Rate Exceeded.", Reason=reason)


def function_not_found(arn: str) -> ResourceNotFound:
    """A function, or a version of it, that is not there."""
    return ResourceNotFound(f"Function not found: {arn}")


def alias_not_found(arn: str) -> ResourceNotFound:
    """An alias that is not there."""
    return ResourceNotFound(f"Cannot find alias arn: {arn}")


def no_such_resource() -> ResourceNotFound:
    """What AWS says of most things that are no functions."""
    return ResourceNotFound("The resource you requested does not exist.")


def constraint_broken(value: object, member: str, constraint: str) -> ValidationError:
    """A constraint that the model does not tell, in the words of those that it does."""
    return ValidationError(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"{constraint}"
    )
