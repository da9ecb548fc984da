"""Policy documents that are given to IAM: checked, and measured.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
"""

from __future__ import annotations

import orjson

from windsock.languages.policies import Kind, PolicyError, parse
from windsock.services.iam.errors import LimitExceeded, MalformedPolicyDocument
from windsock.services.iam.limits import MANAGED_POLICY_SIZE, ROLE_TRUST_POLICY_SIZE


def check_document(document: str, kind: Kind) -> None:
    """Raises MalformedPolicyDocument, with IAM's message, for what is no policy of the kind."""
    try:
        parse(document, kind)
    except PolicyError as error:
        raise MalformedPolicyDocument(str(error)) from error


def check_trust(document: str) -> None:
    """Raises for what cannot be the trust policy of a role."""
    try:
        orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise MalformedPolicyDocument("This policy contains invalid Json") from error
    check_document(document, "trust")
    if size_of(document) > ROLE_TRUST_POLICY_SIZE:
        raise LimitExceeded.of("ACLSizePerRole", ROLE_TRUST_POLICY_SIZE)


def check_managed(document: str) -> None:
    """Raises for what cannot be a version of a managed policy."""
    check_document(document, "managed")
    if size_of(document) > MANAGED_POLICY_SIZE:
        raise LimitExceeded.of("PolicySize", MANAGED_POLICY_SIZE)


def size_of(document: str) -> int:
    """How many characters of a document count: all but white space."""
    return sum(not character.isspace() for character in document)
