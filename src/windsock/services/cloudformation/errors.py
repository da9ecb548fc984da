"""The errors of CloudFormation.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html and the
operations' pages.
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class Invalid(AwsError):
    """A template, a parameter or a state of a stack with which the operation cannot be done."""

    code = "ValidationError"


class AlreadyExists(AwsError):
    """A stack or change set of that name."""

    code = "AlreadyExistsException"


class ChangeSetNotFound(AwsError):
    """A change set that is not there."""

    code = "ChangeSetNotFound"
    status = 404


class InsufficientCapabilities(AwsError):
    """A template that does what has to be agreed to."""

    code = "InsufficientCapabilitiesException"


class InvalidChangeSetStatus(AwsError):
    """A change set that cannot be executed, or not deleted, as it is."""

    code = "InvalidChangeSetStatus"


class TokenAlreadyExists(AwsError):
    """A client request token that another operation of the stack had."""

    code = "TokenAlreadyExistsException"


def no_stack_with_id(name: str) -> Invalid:
    """DescribeStacks and others: `Stack with id x does not exist`."""
    return Invalid(f"Stack with id {name} does not exist")


def no_stack(name: str) -> Invalid:
    """Operations that change a stack, and those that tell of its events and resources."""
    return Invalid(f"Stack [{name}] does not exist")
