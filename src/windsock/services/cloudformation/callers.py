"""Who asked for an operation of a stack, kept for as long as that takes: its resources are made as them.

With a role the stack is worked on as that role, which must trust CloudFormation.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, Final

from windsock.engine.calls import Caller
from windsock.services.cloudformation.stack import Stack

SERVICE: Final = "cloudformation.amazonaws.com"


def kept(caller: Caller) -> dict[str, Any]:
    """A caller as JSON values."""
    found: dict[str, Any] = _adapter().dump_python(caller, mode="json")
    return found


def caller_of(stack: Stack, memory: Mapping[str, Any]) -> Caller:
    """Who makes the resources of a stack: its role, or whoever asked, through CloudFormation."""
    caller: Caller = _adapter().validate_python(dict(memory))
    if stack.settings.role is not None:
        return Caller.role(stack.settings.role, stack.scope.account, SERVICE, stack.arn)
    return dataclasses.replace(caller, source_ip=SERVICE, user_agent=SERVICE)


@functools.cache
def _adapter() -> Any:
    from pydantic import TypeAdapter  # takes long, and most runs have no stacks

    return TypeAdapter(Caller)
