"""How groups and streams are named: by name, by ARN, by ARN with `:*`.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
(CloudWatch Logs ARN format)
"""

from __future__ import annotations

from windsock.engine.operations import Context, Params
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.services.logs.errors import InvalidParameter, NoSuchGroup

_GROUP = "log-group:"


def group_arn(scope: Scope, name: str) -> str:
    """The ARN of a log group, without the `:*` that policies want."""
    return scope.arn("logs", _GROUP + name)


def stream_arn(scope: Scope, group: str, name: str) -> str:
    """The ARN of a log stream."""
    return scope.arn("logs", f"{_GROUP}{group}:log-stream:{name}")


def group_of_identifier(scope: Scope, identifier: str) -> str:
    """The name of the group that `identifier` (a name, or an ARN with or without `:*`) means.

    Raises NoSuchGroup for a group of another account or region: accounts are not linked here.
    """
    if not identifier.startswith("arn:"):
        return identifier
    arn = parse_arn(identifier)
    if arn is None or arn.service != "logs" or not arn.resource.startswith(_GROUP):
        raise InvalidParameter(f"The specified log group identifier is invalid: {identifier}")
    if arn.scope != scope:
        raise NoSuchGroup
    return arn.resource.removeprefix(_GROUP).removesuffix(":*")


def group_asked(ctx: Context, params: Params) -> str:
    """The group an operation names by `logGroupName` or by `logGroupIdentifier`; one of them it must."""
    name: str | None = params.get("logGroupName")
    identifier: str | None = params.get("logGroupIdentifier")
    if name is not None and identifier is not None:
        raise ValidationError("LogGroup name and LogGroup ARN are mutually exclusive parameters.")
    if identifier is not None:
        return group_of_identifier(ctx.scope, identifier)
    if name is None:
        raise ValidationError("Either LogGroup name or LogGroup ARN must be specified.")
    return name
