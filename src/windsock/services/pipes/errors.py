"""The errors of Pipes, as its service model names them.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/CommonErrors.html
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class NotFound(AwsError):
    """A pipe that does not exist."""

    code = "NotFoundException"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"Pipe {name} does not exist.")


class Conflict(AwsError):
    """A pipe that is already there, or is on its way from one state to another."""

    code = "ConflictException"
    status = 409

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message, details={"resourceId": name, "resourceType": "pipe"})
