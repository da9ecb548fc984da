"""What the tests of Scheduler share: making schedules, and what reached a queue."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from tests.conftest import Driver

from windsock.engine.tables import metric_minutes

ROLE = "arn:aws:iam::000000000000:role/scheduler"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
OFF = {"Mode": "OFF"}
DAY = 86_400


async def create(
    driver: Driver, expression: str, name: str = "s", target: dict[str, Any] | None = None, **params: Any
) -> str:
    """Make a schedule whose target is the queue `q`, unless `target` says otherwise; its ARN."""
    answer = await driver(
        "scheduler",
        "CreateSchedule",
        Name=name,
        ScheduleExpression=expression,
        **{"FlexibleTimeWindow": OFF, **params},
        Target={"Arn": QUEUE, "RoleArn": ROLE, "Input": "<aws.scheduler.scheduled-time>", **(target or {})},
    )
    arn: str = answer["ScheduleArn"]
    return arn


async def messages(driver: Driver, queue: str = "q", **params: Any) -> list[dict[str, Any]]:
    """All messages of a queue, taken out of it."""
    found: list[dict[str, Any]] = []
    url = f"/000000000000/{queue}"
    while True:
        answer = await driver("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, **params)
        some = answer.get("Messages", [])
        if not some:
            return found
        found += some
        for message in some:
            await driver("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


async def bodies(driver: Driver, queue: str = "q") -> list[str]:
    """The bodies of all messages of a queue, in order, taken out of it."""
    return sorted(message["Body"] for message in await messages(driver, queue))


def counted(driver: Driver, name: str, group: str = "default") -> float:
    """The sum of a metric of a group."""
    statement = sa.select(sa.func.sum(metric_minutes.c.total)).where(
        metric_minutes.c.namespace == "AWS/Scheduler",
        metric_minutes.c.name == name,
        metric_minutes.c.dimensions == f'{{"ScheduleGroup":"{group}"}}',
    )
    return float(driver.engine.store.read(lambda tx: tx.scalar(statement)) or 0)
