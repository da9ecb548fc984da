"""Health checks: of endpoints, of other checks and of alarms; what they found counts across a restart."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.kernel.errors import AwsError

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
    assert await measured(machine.driver, check) == [1, 0]


async def measured(driver: Driver, check: str, metric: str = "HealthCheckStatus") -> list[float]:
    """What was measured of a check, oldest first."""
    found = await driver(
        "cloudwatch",
        "GetMetricStatistics",
        account=ACCOUNT,
        Namespace="AWS/Route53",
        MetricName=metric,
        Dimensions=[{"Name": "HealthCheckId", "Value": check}],
        StartTime=datetime(2017, 1, 2, tzinfo=UTC),
        EndTime=datetime(2017, 1, 2, tzinfo=UTC) + timedelta(hours=1),
        Period=60,
        Statistics=["Minimum"],
    )
    points = sorted(found["Datapoints"], key=lambda point: point["Timestamp"])
    return [point["Minimum"] for point in points]


async def make(driver: Driver, **config: Any) -> str:
    made = await driver(
        "route53",
        "CreateHealthCheck",
        account=ACCOUNT,
        CallerReference=str(hash(str(config))),
        HealthCheckConfig=config,
    )
    return str(made["HealthCheck"]["Id"])


async def alarm(driver: Driver, name: str, state: str) -> dict[str, str]:
    """An alarm in Ireland, in a state."""
    where: dict[str, Any] = {"account": ACCOUNT, "region": "eu-west-1"}
    await driver(
        "cloudwatch",
        "PutMetricAlarm",
        **where,
        AlarmName=name,
        Namespace="n",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    await driver("cloudwatch", "SetAlarmState", **where, AlarmName=name, StateValue=state, StateReason="r")
    return {"Region": "eu-west-1", "Name": name}


@pytest.mark.parametrize(
    ("state", "settings", "status"),
    [
        ("OK", {}, 1),
        ("ALARM", {}, 0),
        ("ALARM", {"Inverted": True}, 1),
        ("INSUFFICIENT_DATA", {}, 1),
        ("INSUFFICIENT_DATA", {"InsufficientDataHealthStatus": "Unhealthy"}, 0),
        ("INSUFFICIENT_DATA", {"InsufficientDataHealthStatus": "Healthy", "Inverted": True}, 0),
    ],
)
async def test_a_check_of_an_alarm_goes_by_its_state(
    machine: Machine, state: str, settings: dict[str, Any], status: float
) -> None:
    driver = machine.driver
    identifier = await alarm(driver, "busy", state)
    check = await make(driver, Type="CLOUDWATCH_METRIC", AlarmIdentifier=identifier, **settings)
    shown = await driver("route53", "GetHealthCheck", account=ACCOUNT, HealthCheckId=check)
    assert shown["HealthCheck"]["HealthCheckConfig"]["AlarmIdentifier"] == identifier
    await driver.advance(30)
    assert await measured(driver, check) == [status]


async def test_a_calculated_check_counts_its_children(machine: Machine) -> None:
    driver = machine.driver
    fine, bad = await alarm(driver, "fine", "OK"), await alarm(driver, "bad", "ALARM")
    children = [await make(driver, Type="CLOUDWATCH_METRIC", AlarmIdentifier=each) for each in (fine, bad)]
    await driver.advance(30)
    checks = {
        threshold: await make(
            driver, Type="CALCULATED", ChildHealthChecks=children, HealthThreshold=threshold
        )
        for threshold in (0, 1, 2, 3)
    }
    await driver.advance(30)
    assert [await measured(driver, check) for check in checks.values()] == [[1], [1], [0], [0]]
    assert await measured(driver, checks[1], "ChildHealthCheckHealthyCount") == [1]
    await driver("route53", "UpdateHealthCheck", account=ACCOUNT, HealthCheckId=children[1], Inverted=True)
    await driver("route53", "UpdateHealthCheck", account=ACCOUNT, HealthCheckId=children[0], Disabled=True)
    await driver.advance(90)
    assert (await measured(driver, checks[2]))[-1] == 1
    with pytest.raises(AwsError, match="Only health checks that monitor an endpoint have a status"):
        await driver("route53", "GetHealthCheckStatus", account=ACCOUNT, HealthCheckId=checks[2])


async def test_a_check_of_an_alarm_names_it(machine: Machine) -> None:
    with pytest.raises(AwsError, match="AlarmIdentifier must be specified"):
        await make(machine.driver, Type="CLOUDWATCH_METRIC")
