"""Organizations' errors, with what AWS says.

Error tree::

    AwsError
    |- NotInUse                an account that is in no organisation
    |- AccessDenied            an account of an organisation that may not do this in it
    |- NotFound                something that is not there, each kind with its code
    |- InvalidInput            a value that cannot be; `reason` says why
    |- ConstraintViolation     what a quota or a rule forbids; `reason` says which
    |- Conflict                what cannot be as things stand, each with its code

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/ (the errors of each operation)
"""

from __future__ import annotations

from typing import Final

from windsock.kernel.errors import AwsError


class NotInUse(AwsError):
    """An account that is in no organisation."""

    code = "AWSOrganizationsNotInUseException"

    def __init__(self) -> None:
        super().__init__("Your account is not a member of an organization.")


class AccessDenied(AwsError):
    """An account of an organisation that may not do this in it."""

    code = "AccessDeniedException"

    def __init__(self) -> None:
        super().__init__("You don't have permissions to access this resource.")


class NotFound(AwsError):
    """Something that is not there."""


class InvalidInput(AwsError):
    """A value that cannot be."""

    code = "InvalidInputException"

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message, details={"Reason": reason})


class ConstraintViolation(AwsError):
    """What a quota or a rule forbids."""

    code = "ConstraintViolationException"

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message, details={"Reason": reason})


class Conflict(AwsError):
    """What cannot be as things stand."""


_MISSING: Final = {
    "Account": "You specified an account that doesn't exist.",
    "Child": "You specified a child that doesn't exist.",
    "CreateAccountStatus": "You specified a create account request that doesn't exist.",
    "DestinationParent": "You specified a destination parent that doesn't exist.",
    "Handshake": "We can't find a handshake with the HandshakeId that you specified.",
    "OrganizationalUnit": "You specified an organizational unit that doesn't exist.",
    "Parent": "You specified parent that doesn't exist.",
    "Policy": "You specified a policy that doesn't exist.",
    "ResourcePolicy": "You specified a resource policy that doesn't exist.",
    "Root": "You specified a root that doesn't exist.",
    "SourceParent": "You specified a source parent that doesn't exist.",
    "Target": "You specified a target that doesn't exist.",
}


def not_found(what: str) -> NotFound:
    """The error for what is not there: `Account`, `Policy` ..., as in the name of the exception."""
    return NotFound(_MISSING[what], code=f"{what}NotFoundException")
