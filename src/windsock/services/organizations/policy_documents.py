"""What a policy of an organisation may say, by its type.

Control policies are checked as IAM reads them; of the other types, that they are about what their type is.
Sources, below https://docs.aws.amazon.com/organizations/latest/userguide/:
orgs_manage_policies_scps_syntax.html, orgs_manage_policies_rcps_syntax.html and the pages on the syntax of
the other types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.languages.policies import PolicyError, parse
from windsock.services.organizations.errors import Conflict, ConstraintViolation
from windsock.services.organizations.limits import POLICY_SIZE, POLICY_SIZE_OTHERWISE
from windsock.services.organizations.policy_kinds import RESOURCE_CONTROL, SERVICE_CONTROL

# The one key that the document of a type has at its top. Types of which AWS documents no such key are taken
# as any object.
_TOP_KEYS: Final[Mapping[str, str]] = {
    "AISERVICES_OPT_OUT_POLICY": "services",
    "BACKUP_POLICY": "plans",
    "CHATBOT_POLICY": "chatbot",
    "DECLARATIVE_POLICY_EC2": "ec2_attributes",
    "SECURITYHUB_POLICY": "securityhub",
    "TAG_POLICY": "tags",
}
_RESOURCE_CONTROL_ELEMENTS: Final = frozenset(
    {"Sid", "Effect", "Principal", "Action", "Resource", "NotResource", "Condition"}
)


def check_document(kind: str, content: str) -> None:
    """Raises MalformedPolicyDocumentException and ConstraintViolation."""
    if len(content) > POLICY_SIZE.get(kind, POLICY_SIZE_OTHERWISE):
        raise ConstraintViolation(
            "You have exceeded the maximum size of a policy document.", "POLICY_CONTENT_LIMIT_EXCEEDED"
        )
    if not _fits(kind, content):
        raise Conflict(
            "The provided policy document does not meet the requirements of the specified policy type.",
            code="MalformedPolicyDocumentException",
        )


def _fits(kind: str, content: str) -> bool:
    try:
        if kind == SERVICE_CONTROL:
            parse(content, "managed")
            return True
        if kind == RESOURCE_CONTROL:
            statements = parse(content, "resource").statements
            return all(_limits_resources(statement.source) for statement in statements)
        document = orjson.loads(content)
    except (PolicyError, ValueError):
        return False
    top = _TOP_KEYS.get(kind)
    return isinstance(document, dict) and (top is None or list(document) == [top])


def _limits_resources(statement: Mapping[str, Any]) -> bool:
    """Whether a statement is one that an organisation may write itself: it denies something to everybody."""
    actions = statement.get("Action", ())
    listed = [actions] if isinstance(actions, str) else actions
    return (
        statement.get("Effect") == "Deny"
        and statement.get("Principal") == "*"
        and _RESOURCE_CONTROL_ELEMENTS.issuperset(statement)
        and "*" not in listed
    )
