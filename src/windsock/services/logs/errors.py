"""The errors of CloudWatch Logs, with AWS's codes and messages.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html and the
pages of the operations; messages as recorded at AWS where they were.
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class InvalidParameter(AwsError):
    """A parameter whose value cannot be used."""

    code = "InvalidParameterException"


class ResourceNotFound(AwsError):
    """Something named that is not there."""

    code = "ResourceNotFoundException"


class ResourceAlreadyExists(AwsError):
    """Something to be created that is there."""

    code = "ResourceAlreadyExistsException"


class LimitExceeded(AwsError):
    """One more than the service's quota allows."""

    code = "LimitExceededException"

    def __init__(self) -> None:
        super().__init__("Resource limit exceeded.")


class OperationAborted(AwsError):
    """A change based on a revision that is no longer the latest."""

    code = "OperationAbortedException"


class TooManyTags(AwsError):
    """More tags than a resource may have."""

    code = "TooManyTagsException"

    def __init__(self, resource: str) -> None:
        super().__init__("A resource can have no more than 50 tags.", details={"resourceName": resource})


class NoSuchGroup(ResourceNotFound):
    """A log group that does not exist."""

    def __init__(self) -> None:
        super().__init__("The specified log group does not exist.")


class NoSuchStream(ResourceNotFound):
    """A log stream that does not exist."""

    def __init__(self) -> None:
        super().__init__("The specified log stream does not exist.")


class InvalidToken(InvalidParameter):
    """A pagination token that this service did not make."""

    def __init__(self) -> None:
        super().__init__("The specified nextToken is invalid.")
