"""The errors of Amazon SNS, by the codes its query clients see.

Source: https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html and each operation's page.
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class InvalidParameter(AwsError):
    """A request parameter does not comply with the constraints; messages start with "Invalid parameter: "."""

    code = "InvalidParameter"

    def __init__(self, what: str) -> None:
        super().__init__(f"Invalid parameter: {what}")


class InvalidSmsEndpoint(AwsError):
    """An SMS endpoint that is no phone number; the one message without the usual start."""

    code = "InvalidParameter"

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"Invalid SMS endpoint: {endpoint}")


class InvalidSmsAttribute(AwsError):
    """An attribute of SetSMSAttributes that does not exist or has a wrong value."""

    code = "InvalidParameter"


class ParameterValueInvalid(AwsError):
    """A message attribute breaks the rules for its name, type or value."""

    code = "ParameterValueInvalid"


class MissingMember(AwsError):
    """A required member is absent, told in the way of the newer validation."""

    code = "ValidationError"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"1 validation error detected: Value null at '{path}' failed to satisfy constraint: "
            "Member must not be null"
        )


class NotFound(AwsError):
    """The topic, subscription, application or endpoint does not exist."""

    code = "NotFound"
    status = 404


class ResourceNotFound(AwsError):
    """The resource of a tag, or a phone number of the sandbox, does not exist."""

    code = "ResourceNotFound"
    status = 404


class AuthorizationError(AwsError):
    """The caller may not do this."""

    code = "AuthorizationError"
    status = 403


class EndpointDisabled(AwsError):
    """The endpoint of a device is disabled."""

    code = "EndpointDisabled"

    def __init__(self) -> None:
        super().__init__("Endpoint is disabled")


class PlatformApplicationDisabled(AwsError):
    """The platform application is disabled."""

    code = "PlatformApplicationDisabled"

    def __init__(self) -> None:
        super().__init__("Platform application is disabled")


class OptedOut(AwsError):
    """The owner of a phone number does not want to be sent messages."""

    code = "OptedOut"


class FilterPolicyLimitExceeded(AwsError):
    """Too many filter policies on one topic."""

    code = "FilterPolicyLimitExceeded"
    status = 403


class TagLimitExceeded(AwsError):
    """More tags than a topic may have."""

    code = "TagLimitExceeded"


class VerificationFailed(AwsError):
    """The one-time password of a sandbox phone number is wrong."""

    code = "VerificationException"


class EmptyBatchRequest(AwsError):
    """PublishBatch without entries."""

    code = "EmptyBatchRequest"


class TooManyEntriesInBatchRequest(AwsError):
    """PublishBatch with more than ten entries."""

    code = "TooManyEntriesInBatchRequest"


class BatchEntryIdsNotDistinct(AwsError):
    """Two entries of a batch have the same id."""

    code = "BatchEntryIdsNotDistinct"


class InvalidBatchEntryId(AwsError):
    """The id of a batch entry is too long or has a character it may not have."""

    code = "InvalidBatchEntryId"


class BatchRequestTooLong(AwsError):
    """The messages of a batch are too long together."""

    code = "BatchRequestTooLong"
