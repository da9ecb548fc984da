"""What must be agreed to before a template is used: that it makes identities, or is rewritten.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (Capabilities)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from windsock.languages.stacks import Template
from windsock.services.cloudformation.errors import InsufficientCapabilities
from windsock.services.cloudformation.transforming import is_rewritten

IAM: Final = "CAPABILITY_IAM"
NAMED_IAM: Final = "CAPABILITY_NAMED_IAM"
AUTO_EXPAND: Final = "CAPABILITY_AUTO_EXPAND"

# The types that need it, with the property that gives a name of one's own.
_IDENTITIES: Final = {
    "AWS::IAM::AccessKey": "",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": "",
}


def needed_capabilities(template: Template) -> tuple[list[str], list[str]]:
    """The capability that the resources of a template need (at most one), and those that need it, by type."""
    types: list[str] = []
    named = False
    for resource in template.resources.values():
        if resource.type in _IDENTITIES:
            types.append(resource.type)
            name = _IDENTITIES[resource.type]
            named = named or bool(name and name in resource.properties)
    if not types:
        return [], []
    return [NAMED_IAM if named else IAM], sorted(set(types))


def check_capabilities(template: Template, given: Iterable[str]) -> None:
    """Raises InsufficientCapabilities unless what the template needs is among those given."""
    needed, _ = needed_capabilities(template)
    agreed = set(given)
    if NAMED_IAM in agreed:
        agreed.add(IAM)
    if not set(needed) <= agreed:
        raise InsufficientCapabilities(f"Requires capabilities : [{needed[0]}]")


def check_expansion(template: Template, given: Iterable[str]) -> None:
    """Raises InsufficientCapabilities for transforms that nobody agreed to have applied unseen."""
    if is_rewritten(template) and AUTO_EXPAND not in given:
        raise InsufficientCapabilities(f"Requires capabilities : [{AUTO_EXPAND}]")
