"""STS's errors.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Errors
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class AccessDenied(AwsError):
    """What the caller may not do."""

    code = "AccessDenied"
    status = 403


class ValidationError(AwsError):
    """A parameter that cannot be so."""

    code = "ValidationError"


class InvalidParameterValue(AwsError):
    """Tags that cannot be so."""

    code = "InvalidParameterValue"


class MalformedPolicyDocument(AwsError):
    """A session policy that is none."""

    code = "MalformedPolicyDocument"


class PackedPolicyTooLarge(AwsError):
    """Session policies and tags that are too long together."""

    code = "PackedPolicyTooLarge"


class InvalidIdentityToken(AwsError):
    """A token of an identity provider that nobody here knows."""

    code = "InvalidIdentityToken"
