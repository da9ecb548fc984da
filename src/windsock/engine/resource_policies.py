"""Policies of resources: how those who decide on calls ask a service for them.

A service that keeps policies of its resources has one function under `@resource_policy`, found by itself; one
that must ask elsewhere for them, or whose ARNs do not tell the owner, has one under `@resource_access`.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_identity-vs-resource.html
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from windsock.kernel.arns import Arn
from windsock.kernel.discovery import mark
from windsock.kernel.log import Log
from windsock.languages.policies import Policy, PolicyError, parse
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@dataclass(frozen=True, slots=True)
class ResourceAccess:
    """What a resource says of who may use it: the `policy` (JSON text), None when it has none.

    `owner` is its account, where its ARN does not tell.
    """

    policy: str | None
    owner: str = ""


ResourcePolicy: TypeAlias = Callable[["Engine", Snapshot, Arn], str | None]
"""The policy (JSON text) of the resource with an ARN of the service, or None when it has none."""
AccessFinder: TypeAlias = Callable[["Engine", Arn], Awaitable[ResourceAccess | None]]
"""What the resource with an ARN of the service says, or None when there is none."""

log = Log(__name__)

F = TypeVar("F", bound=ResourcePolicy)
A = TypeVar("A", bound=AccessFinder)


@dataclass(frozen=True, slots=True)
class ResourceAccessMarker:
    """Set on a function by `resource_policy` and `resource_access`; `find` is what to ask."""

    find: AccessFinder


def resource_policy(function: F) -> F:
    """Register the function that knows the policies of a service's resources."""

    async def find(engine: Engine, arn: Arn) -> ResourceAccess:
        return ResourceAccess(engine.store.read(lambda tx: function(engine, tx, arn)))

    mark(function, ResourceAccessMarker(find))
    return function


def resource_access(function: A) -> A:
    """Register the function that asks for what a service's resources say."""
    mark(function, ResourceAccessMarker(function))
    return function


def read_policy(text: str, arn: str) -> Policy | None:
    """The policy of the resource with an ARN. One that says nothing IAM understands grants nothing."""
    try:
        return parse(text, "resource").named(arn)
    except PolicyError as error:
        log.warning("a resource's policy cannot be read", resource=arn, error=str(error))
        return None
