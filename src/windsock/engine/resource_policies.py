"""Policies of resources: how those who decide on calls ask a service for them.

A service that keeps policies of its resources has one function under `@resource_policy`, found by itself.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_identity-vs-resource.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from windsock.kernel.arns import Arn
from windsock.kernel.discovery import mark
from windsock.kernel.log import Log
from windsock.languages.policies import Policy, PolicyError, parse
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

ResourcePolicy: TypeAlias = Callable[["Engine", Snapshot, Arn], str | None]
"""The policy (JSON text) of the resource with an ARN of the service, or None when it has none."""

log = Log(__name__)

F = TypeVar("F", bound=ResourcePolicy)


@dataclass(frozen=True, slots=True)
class ResourcePolicyMarker:
    """Set on a function by `resource_policy`."""


def resource_policy(function: F) -> F:
    """Register the function that knows the policies of a service's resources."""
    mark(function, ResourcePolicyMarker())
    return function


def read_policy(text: str, arn: str) -> Policy | None:
    """The policy of the resource with an ARN. One that says nothing IAM understands grants nothing."""
    try:
        return parse(text, "resource").named(arn)
    except PolicyError as error:
        log.warning("a resource's policy cannot be read", resource=arn, error=str(error))
        return None
