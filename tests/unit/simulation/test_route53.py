"""Health checks are remembered: what they found goes on to count across a restart."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta

from tests.unit.simulation.conftest import Machine

ACCOUNT = "111122223333"


async def test_failures_in_a_row_count_across_a_restart(machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = await machine.driver(
        "route53",
        "CreateHealthCheck",
        account=ACCOUNT,
        CallerReference="down",
        HealthCheckConfig={
            "Type": "TCP",
            "IPAddress": "127.0.0.1",
            "Port": port,
            "RequestInterval": 10,
            "FailureThreshold": 6,
        },
    )
    check = made["HealthCheck"]["Id"]
    await machine.driver.advance(30)
    await machine.restart()
    await machine.driver.advance(30)
    found = await machine.driver(
        "cloudwatch",
        "GetMetricStatistics",
        account=ACCOUNT,
        Namespace="AWS/Route53",
        MetricName="HealthCheckStatus",
        Dimensions=[{"Name": "HealthCheckId", "Value": check}],
        StartTime=datetime(2017, 1, 2, tzinfo=UTC),
        EndTime=datetime(2017, 1, 2, tzinfo=UTC) + timedelta(minutes=10),
        Period=60,
        Statistics=["Minimum"],
    )
    points = sorted(found["Datapoints"], key=lambda point: point["Timestamp"])
    assert [point["Minimum"] for point in points] == [1, 0]
