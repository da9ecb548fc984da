"""IAM's errors. Their HTTP statuses are in the service model.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and each operation's page there.
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class NoSuchEntity(AwsError):
    """A thing that does not exist."""

    code = "NoSuchEntity"


class EntityAlreadyExists(AwsError):
    """A name that is already taken."""

    code = "EntityAlreadyExists"


class DeleteConflict(AwsError):
    """A thing that still has something attached."""

    code = "DeleteConflict"


class LimitExceeded(AwsError):
    """One more than a quota allows."""

    code = "LimitExceeded"

    @classmethod
    def of(cls, quota: str, most: int) -> LimitExceeded:
        """The error for a quota of this name."""
        return cls(f"Cannot exceed quota for {quota}: {most}")


class InvalidInput(AwsError):
    """A value that cannot be."""

    code = "InvalidInput"


class MalformedPolicyDocument(AwsError):
    """A policy document that is none, or not of the kind that is asked for."""

    code = "MalformedPolicyDocument"


class UnmodifiableEntity(AwsError):
    """A thing that only the service it is linked to may change."""

    code = "UnmodifiableEntity"


class PasswordPolicyViolation(AwsError):
    """A password that the account does not allow."""

    code = "PasswordPolicyViolation"


class InvalidUserType(AwsError):
    """Somebody for whom there is no such thing: the root has no login profile."""

    code = "InvalidUserType"


class InvalidAuthenticationCode(AwsError):
    """One-time codes that are not those of the device."""

    code = "InvalidAuthenticationCode"


class MalformedCertificate(AwsError):
    """A text that is no certificate."""

    code = "MalformedCertificate"


class DuplicateCertificate(AwsError):
    """A certificate that is there already."""

    code = "DuplicateCertificate"


class KeyPairMismatch(AwsError):
    """A private key that is not that of the certificate."""

    code = "KeyPairMismatch"


class InvalidPublicKey(AwsError):
    """A text that is no public key of a kind that can be used."""

    code = "InvalidPublicKey"


class DuplicateSSHPublicKey(AwsError):
    """A key that the user has already."""

    code = "DuplicateSSHPublicKey"


class NotSupportedService(AwsError):
    """A service for which there are no such credentials."""

    code = "NotSupportedService"


class ValidationError(AwsError):
    """A parameter that is wrong by itself or beside another."""

    code = "ValidationError"


def invalid_arn(arn: str) -> ValidationError:
    """The error for a text that should be an ARN."""
    return ValidationError(f"ARN {arn} is not valid.")


class FeatureEnabled(AwsError):
    """A feature that is enabled already."""

    code = "FeatureEnabled"
    status = 409


class FeatureDisabled(AwsError):
    """A feature that is not enabled."""

    code = "FeatureDisabled"
    status = 404


class RootAccessError(AwsError):
    """Root access of members that the caller's account cannot take to itself; the code says why."""
