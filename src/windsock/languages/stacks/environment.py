"""What a template is evaluated in: the stack, where it lives, and what it may ask of the outside.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from windsock.languages.stacks.errors import TemplateError


class _NoValue:
    """What `AWS::NoValue` is: the member or element that has it is left out."""

    def __repr__(self) -> str:
        return "AWS::NoValue"


NO_VALUE: Final = _NoValue()


class Values(Protocol):
    """What the resources of a stack are, as far as is known."""

    def ref(self, logical_id: str) -> Any:
        """What Ref gives of a resource."""

    def attribute(self, logical_id: str, name: str) -> Any:
        """What GetAtt gives of a resource. Raises TemplateError for an attribute it does not have."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The stack and its surroundings.

    `zones` gives the names of the availability zones of a region; `exports` what other stacks export here.
    """

    account: str
    region: str
    stack_name: str
    stack_id: str
    partition: str = "aws"
    url_suffix: str = "amazonaws.com"
    notification_arns: Sequence[str] = ()
    exports: Mapping[str, str] = field(default_factory=dict)
    zones: Callable[[str], Sequence[str]] = lambda region: [f"{region}{letter}" for letter in "abc"]

    def pseudo(self) -> Mapping[str, Any]:
        """The pseudo parameters."""
        return {
            "AWS::AccountId": self.account,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": list(self.notification_arns),
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": self.url_suffix,
        }

    def exported(self, name: str) -> str:
        """What is exported under a name. Raises TemplateError when nothing is."""
        if name not in self.exports:
            raise TemplateError(f"No export named {name} found.")
        return self.exports[name]
