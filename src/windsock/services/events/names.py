"""What buses, and the rules of archives, are called: names and ARNs, given and answered.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-manage-iam-access.html
"""

from __future__ import annotations

from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.events.errors import bus_not_found

DEFAULT_BUS = "default"

# AWS keeps a rule for every archive, under its own name, which customers see and cannot change.
ARCHIVE_RULE_PREFIX = "Events-Archive-"
ARCHIVE_RULE_MANAGER = "prod.vhs.events.aws.internal"

_RESOURCE = "event-bus/"


def archive_rule(archive: str) -> str:
    """The name of the managed rule by which an archive gets its events."""
    return ARCHIVE_RULE_PREFIX + archive


def bus_arn(scope: Scope, name: str) -> str:
    """The ARN of a bus, the default one included."""
    return scope.arn("events", _RESOURCE + name)


def bus_name(scope: Scope, given: str | None) -> str:
    """The name of the bus a caller means by its name, its ARN or nothing (the default bus).

    The operations that manage a bus know those of their own account and region only: any other ARN raises
    ResourceNotFound.
    """
    if not given:
        return DEFAULT_BUS
    arn = parse_arn(given)
    if arn is None:
        return given
    if arn.scope != scope:
        raise bus_not_found(given)
    return arn.resource.removeprefix(_RESOURCE)
