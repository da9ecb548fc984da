"""What windsock tells Prometheus of itself, and what services would measure of simulated resources."""

from __future__ import annotations

from typing import Any

from windsock.engine.service_metrics import report
from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import control_path
from windsock.gateway.request import Response


@control_path("metrics")
async def metrics(asked: Asked) -> Response:
    """The exposition of Prometheus."""
    headers = {"content-type": "text/plain; version=0.0.4; charset=utf-8"}
    return Response(200, headers, asked.engine.telemetry.exposition())


@control_path("service-metrics", "POST")
async def report_metrics(asked: Asked) -> dict[str, Any]:
    """Put the `MetricData` of the body into its `Namespace`, which is a service's."""
    await report(asked.engine, asked.scope, asked.body)
    return {}
