"""What goes wrong with a policy document."""

from __future__ import annotations


class PolicyError(ValueError):
    """A policy document that AWS refuses; `str(error)` is the message of its MalformedPolicyDocument."""


def syntax_error() -> PolicyError:
    """The one message IAM has for whatever is not of the policy grammar."""
    return PolicyError("Syntax errors in policy.")
