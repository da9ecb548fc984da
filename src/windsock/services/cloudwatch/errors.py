"""The errors of CloudWatch, with the codes of its query protocol.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class InvalidParameterValue(AwsError):
    """A value that the parameter cannot have."""

    code = "InvalidParameterValue"


class InvalidParameterCombination(AwsError):
    """Parameters that do not go together."""

    code = "InvalidParameterCombination"


class MissingParameter(AwsError):
    """A parameter that is needed."""

    code = "MissingParameter"


class InvalidInput(AwsError):
    """An input that breaks a rule the service model does not tell of."""

    code = "ValidationError"


class ResourceNotFound(AwsError):
    """An alarm, a dashboard or something to tag that is not there."""

    code = "ResourceNotFound"
    status = 404


class InvalidFormat(AwsError):
    """Data that is no JSON."""

    code = "InvalidFormat"


class InvalidToken(AwsError):
    """A token that no page gave."""

    code = "InvalidNextToken"

    def __init__(self) -> None:
        super().__init__("The NextToken is invalid.")


class LimitExceeded(AwsError):
    """One more than there may be."""

    code = "LimitExceeded"
