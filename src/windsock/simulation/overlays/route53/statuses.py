"""GetHealthCheckStatus and GetHealthCheckLastFailureReason: what the one checker there is found.

Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckStatus.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import orjson

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.simulation.backend.moto import Moto
from windsock.simulation.overlays.route53 import rows
from windsock.simulation.overlays.route53.monitoring import home
from windsock.simulation.overlays.route53.probing import PROBED
from windsock.store.statements import Row

_CHECKER: Final = {"Region": "us-east-1", "IPAddress": "127.0.0.1"}


@waiting("GetHealthCheckStatus")
async def get_health_check_status(ctx: Context, params: Params) -> Result:
    """The latest answer of an endpoint."""
    row = await _row(ctx, params["HealthCheckId"])
    return _observations(row.report, row.checked_ms)


@waiting("GetHealthCheckLastFailureReason")
async def get_health_check_last_failure_reason(ctx: Context, params: Params) -> Result:
    """The latest failure of an endpoint."""
    row = await _row(ctx, params["HealthCheckId"])
    return _observations(row.failure, row.failed_ms)


async def _row(ctx: Context, check: str) -> Row:
    found = ctx.engine.store.read(lambda tx: rows.one(tx, home(ctx.scope.account), check))
    if found is not None and orjson.loads(found.config)["Type"] in PROBED:
        return found
    call = replace(ctx.call, operation="GetHealthCheck", params={"HealthCheckId": check}, completes=None)
    await ctx.engine.part(Moto).answer(call)  # raises that there is none
    raise AwsError("Only health checks that monitor an endpoint have a status.", code="InvalidInput")


def _observations(text: str, at_ms: int | None) -> Result:
    if at_ms is None:
        return {"HealthCheckObservations": []}
    status = {"Status": text, "CheckedTime": to_datetime(at_ms)}
    return {"HealthCheckObservations": [{**_CHECKER, "StatusReport": status}]}
