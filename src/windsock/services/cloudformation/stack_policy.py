"""Stack policies: what updates may do to the resources of a stack.

With a policy everything is forbidden that no statement allows; one that denies goes before all that allow.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from windsock.services.cloudformation.errors import Invalid

_STATEMENT: Final = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Principal", "Resource", "NotResource", "Condition"}
)


def checked_policy(text: str) -> str:
    """A policy that can be kept. Raises Invalid for any other text."""
    try:
        statements = json.loads(text)["Statement"]
        sound = isinstance(statements, list) and all(
            set(each) <= _STATEMENT and each["Effect"] in ("Allow", "Deny") for each in statements
        )
    except (ValueError, TypeError, KeyError):
        sound = False
    if not sound:
        raise Invalid("Error validating stack policy: Invalid stack policy")
    return text


def refusal(policy: str | None, action: str, logical_id: str, kind: str) -> str | None:
    """Why an update may not do something (`Update:Modify`, `Update:Replace`, `Update:Delete`) to a resource.

    None when it may.
    """
    if policy is None:
        return None
    matching = [
        (number, each)
        for number, each in enumerate(json.loads(policy)["Statement"], 1)
        if _matches(each, action, logical_id, kind)
    ]
    resource = f"LogicalResourceId/{logical_id}"
    denying = next((number for number, each in matching if each["Effect"] == "Deny"), None)
    if denying is not None:
        return (
            f"Action denied by stack policy: Statement [#{denying}] does not allow [{action}] for resource "
            f"[{resource}]"
        )
    if not any(each["Effect"] == "Allow" for _, each in matching):
        return f"Action not allowed by stack policy: no statement allows [{action}] for resource [{resource}]"
    return None


def _matches(statement: Mapping[str, Any], action: str, logical_id: str, kind: str) -> bool:
    actions, resources = _list(statement, "Action"), _list(statement, "Resource")
    resource = f"LogicalResourceId/{logical_id}"
    if "NotAction" in statement:
        acts = not _any(_list(statement, "NotAction"), action)
    else:
        acts = _any(actions, action)
    if "NotResource" in statement:
        meant = not _any(_list(statement, "NotResource"), resource)
    else:
        meant = _any(resources, resource)
    return acts and meant and _holds(statement.get("Condition", {}), kind)


def _holds(condition: Mapping[str, Any], kind: str) -> bool:
    """The one key that conditions can name is ResourceType, with StringEquals or StringLike."""
    for keys in condition.values():
        wanted = keys.get("ResourceType", [])
        if not _any(wanted if isinstance(wanted, list) else [wanted], kind):
            return False
    return True


def _list(statement: Mapping[str, Any], name: str) -> list[str]:
    value = statement.get(name, [])
    return value if isinstance(value, list) else [value]


def _any(patterns: list[str], text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)
