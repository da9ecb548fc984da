"""The errors of SQS. Codes are the shape names of its model, messages AWS's own.

The gateway turns a shape's name into the query protocol's code (`AWS.SimpleQueueService...`).
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class QueueDoesNotExist(AwsError):
    """A queue that is not there."""

    code = "QueueDoesNotExist"

    def __init__(self) -> None:
        super().__init__(
            "The specified queue does not exist.",
            query_message="The specified queue does not exist for this wsdl version.",
        )


class QueueNameExists(AwsError):
    """CreateQueue with a name that is taken by a queue with another value of some attribute."""

    code = "QueueNameExists"

    def __init__(self, attribute: str) -> None:
        super().__init__(
            f"A queue already exists with the same name and a different value for attribute {attribute}"
        )


class InvalidAddress(AwsError):
    """A queue URL that is none."""

    code = "InvalidAddress"
    status = 404

    def __init__(self, url: str) -> None:
        super().__init__(f"The address {url} is not valid for this endpoint.")


class InvalidParameterValue(AwsError):
    """A parameter that cannot be."""

    code = "InvalidParameterValueException"

    @classmethod
    def of(cls, parameter: str, value: object, reason: str) -> InvalidParameterValue:
        """`Value ... for parameter ... is invalid. Reason: ...`, as most of AWS's messages go."""
        return cls(f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


class MissingParameter(AwsError):
    """A parameter that must be given."""

    code = "MissingRequiredParameterException"

    def __init__(self, parameter: str) -> None:
        super().__init__(f"The request must contain the parameter {parameter}.")


class InvalidAttributeName(AwsError):
    """A queue attribute that does not exist, or not for this type of queue."""

    code = "InvalidAttributeName"

    @classmethod
    def unknown(cls, name: str) -> InvalidAttributeName:
        """The usual message."""
        return cls(f"Unknown Attribute {name}.")


class InvalidAttributeValue(AwsError):
    """A queue attribute with a value it cannot have."""

    code = "InvalidAttributeValue"

    @classmethod
    def of(cls, name: str, reason: str = "") -> InvalidAttributeValue:
        """`Invalid value for the parameter ...`, with a reason if there is one."""
        suffix = f" Reason: {reason}" if reason else ""
        return cls(f"Invalid value for the parameter {name}.{suffix}")


class InvalidMessageContents(AwsError):
    """A message with characters that XML 1.0 does not have."""

    code = "InvalidMessageContents"

    def __init__(self) -> None:
        super().__init__(
            "Invalid characters found. Valid unicode characters are "
            "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
        )


class ReceiptHandleIsInvalid(AwsError):
    """A receipt handle that this queue never gave."""

    code = "ReceiptHandleIsInvalid"

    def __init__(self, handle: str) -> None:
        super().__init__(f'The input receipt handle "{handle}" is not a valid receipt handle.')


class OverLimit(AwsError):
    """Too many messages in flight, or too much in a policy."""

    code = "OverLimit"


class PurgeQueueInProgress(AwsError):
    """A second PurgeQueue within a minute."""

    code = "PurgeQueueInProgress"

    def __init__(self, queue: str) -> None:
        super().__init__(f"Only one PurgeQueue operation on {queue} is allowed every 60 seconds.")


class EmptyBatchRequest(AwsError):
    """A batch without entries."""

    code = "EmptyBatchRequest"

    def __init__(self, entry_shape: str) -> None:
        super().__init__(f"There should be at least one {entry_shape} in the request.")


class TooManyEntriesInBatchRequest(AwsError):
    """A batch with more than ten entries."""

    code = "TooManyEntriesInBatchRequest"

    def __init__(self, most: int, sent: int) -> None:
        super().__init__(f"Maximum number of entries per request are {most}. You have sent {sent}.")


class InvalidBatchEntryId(AwsError):
    """The id of a batch entry with characters it must not have."""

    code = "InvalidBatchEntryId"

    def __init__(self) -> None:
        super().__init__(
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long."
        )


class BatchEntryIdsNotDistinct(AwsError):
    """Two batch entries with one id."""

    code = "BatchEntryIdsNotDistinct"

    def __init__(self, entry_id: str) -> None:
        super().__init__(f"Id {entry_id} repeated.")


class BatchRequestTooLong(AwsError):
    """A batch of messages that is too large altogether."""

    code = "BatchRequestTooLong"

    def __init__(self, most: int, sent: int) -> None:
        super().__init__(f"Batch requests cannot be longer than {most} bytes. You have sent {sent} bytes.")


class ResourceNotFound(AwsError):
    """A queue or move task that an ARN or task handle names and that is not there."""

    code = "ResourceNotFoundException"
    status = 404


class UnsupportedOperation(AwsError):
    """An operation that the state of its resource forbids."""

    code = "UnsupportedOperation"
