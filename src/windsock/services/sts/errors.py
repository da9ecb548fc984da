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


class ExpiredToken(AwsError):
    """A token of an identity provider that is no longer good."""

    code = "ExpiredTokenException"


class IdpCommunicationError(AwsError):
    """An identity provider that cannot be asked for its keys now."""

    code = "IDPCommunicationError"


class IdpRejectedClaim(AwsError):
    """An identity provider says that it did not authenticate the user."""

    code = "IDPRejectedClaim"
    status = 403


class InvalidAuthorizationMessage(AwsError):
    """An encoded message that was not made here, or for another account."""

    code = "InvalidAuthorizationMessageException"


class OutboundWebIdentityFederationDisabled(AwsError):
    """A token of an account that has no issuer."""

    code = "OutboundWebIdentityFederationDisabledException"
    status = 403


class SessionDurationEscalation(AwsError):
    """A token that would outlive the session of who asks."""

    code = "SessionDurationEscalationException"
    status = 403


def unverifiable() -> InvalidIdentityToken:
    """A token that is not, or not yet, what it says."""
    return InvalidIdentityToken(
        "The web identity token that was passed could not be validated by AWS. Get a new identity token from "
        "the identity provider and then retry the request."
    )
