"""What AWS's services measure of themselves (`AWS/EFS`, `AWS/DX`), which no user may put.

Simulated resources do no work, so whoever tries out an alarm on them says what they measure.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.engine.calls import Caller
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_PREFIX: Final = "AWS/"
# An operation only windsock asks for: a service that acts on what its resources measure has it.
MEASURED: Final = "Measured"


async def report(engine: Engine, scope: Scope, params: Mapping[str, Any]) -> None:
    """Put `MetricData` into the `Namespace` of a service and tell it, if it wants to know.

    `params` are as those of PutMetricData. Raises AwsError.
    """
    namespace = params.get("Namespace")
    if not isinstance(namespace, str) or not namespace.startswith(_PREFIX):
        raise ValidationError("Namespace must be one of a service, which begins with AWS/.")
    service = namespace.removeprefix(_PREFIX).lower()
    caller = Caller.service(f"{service}.amazonaws.com", scope.account)
    await engine.call("cloudwatch", "PutMetricData", dict(params), caller=caller, scope=scope)
    if engine.rooms.operation(service, MEASURED) is not None:
        await engine.call(service, MEASURED, dict(params), caller=caller, scope=scope)
