"""What an instance measures of itself, as `windsock metrics put AWS/RDS FreeStorageSpace ...` reports it.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
"""

from __future__ import annotations

import dataclasses
from typing import Any

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.engine.service_metrics import MEASURED
from windsock.simulation.backend.moto import Moto


@waiting(MEASURED)
async def measured(ctx: Context, params: Params) -> Result:
    """Have instances know how much storage is free: RDS tells when that is little."""
    for datum in params.get("MetricData") or ():
        instance = _instance(datum)
        if datum["MetricName"] == "FreeStorageSpace" and instance and "Value" in datum:
            report = {"instance": instance, "free": datum["Value"]}
            call = dataclasses.replace(ctx.call, operation="ReportFreeStorage", params=report)
            await ctx.engine.part(Moto).answer(call)
    return None


def _instance(datum: dict[str, Any]) -> str | None:
    named = {each["Name"]: each["Value"] for each in datum.get("Dimensions") or ()}
    return named.get("DBInstanceIdentifier")
