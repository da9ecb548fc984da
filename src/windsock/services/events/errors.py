"""The errors of EventBridge, as its service model names them.

A constraint that the model does not know (one parameter excludes another, say) is a
`kernel.errors.ValidationError`.
Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class ResourceNotFound(AwsError):
    """A thing that does not exist: a bus, rule, archive, connection, ..."""

    code = "ResourceNotFoundException"


class ResourceAlreadyExists(AwsError):
    """A name that is already taken."""

    code = "ResourceAlreadyExistsException"


class IllegalStatus(AwsError):
    """A thing whose state does not allow what is asked of it."""

    code = "IllegalStatusException"


class LimitExceeded(AwsError):
    """One more than the quota allows."""

    code = "LimitExceededException"

    def __init__(self) -> None:
        super().__init__("The requested resource exceeds the maximum number allowed.")


class InvalidEventPattern(AwsError):
    """A pattern that AWS refuses, with its reason."""

    code = "InvalidEventPatternException"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Event pattern is not valid. Reason: {reason}")


class ManagedRule(AwsError):
    """A rule that an AWS service keeps; `force_helps` where the operation has a Force parameter."""

    code = "ManagedRuleException"

    def __init__(self, rule: str, *, force_helps: bool) -> None:
        hint = " Set 'force' parameter to true to override." if force_helps else ""
        super().__init__(f"{rule} is a managed rule.{hint}")


class PolicyLengthExceeded(AwsError):
    """A bus policy that has grown beyond its quota."""

    code = "PolicyLengthExceededException"

    def __init__(self) -> None:
        super().__init__("The event bus policy is too long.")


def bus_not_found(name: str) -> ResourceNotFound:
    """There is no such bus in the account and region."""
    return ResourceNotFound(f"Event bus {name} does not exist.")


def rule_not_found(name: str, bus: str) -> ResourceNotFound:
    """There is no such rule on the bus."""
    return ResourceNotFound(f"Rule {name} does not exist on EventBus {bus}.")
