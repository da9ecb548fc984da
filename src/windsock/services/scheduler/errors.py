"""The errors of Scheduler, as its service model names them.

A constraint that the model does not know is a `kernel.errors.ValidationError`.
Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/CommonErrors.html and the operations' pages.
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class ResourceNotFound(AwsError):
    """A schedule or group that does not exist."""

    code = "ResourceNotFoundException"
    status = 404


class Conflict(AwsError):
    """Something that is already there, is being deleted, or was asked for otherwise before."""

    code = "ConflictException"
    status = 409


class ServiceQuotaExceeded(AwsError):
    """One more than the quota allows."""

    code = "ServiceQuotaExceededException"
    status = 402


def schedule_not_found(name: str) -> ResourceNotFound:
    """There is no such schedule in the group."""
    return ResourceNotFound(f"Schedule {name} does not exist.")


def group_not_found(name: str) -> ResourceNotFound:
    """There is no such group in the account and region."""
    return ResourceNotFound(f"Schedule group {name} does not exist.")
