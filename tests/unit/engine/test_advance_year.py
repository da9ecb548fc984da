"""A year of a schedule on virtual time: every instant it has and no other, in seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import sqlalchemy as sa
from tests.conftest import START_MS, Driver

from windsock.engine.tables import events
from windsock.kernel.clock import iso_seconds
from windsock.services.sqs.tables import messages
from windsock.store.statements import Statement

SCHEDULE = "cron(0/5 9-17 ? * MON-FRI *)"
DAY_SECONDS = 24 * 3600
QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:ticks"

_FIRED = Statement(sa.select(events.c.body).order_by(events.c.id))
_SENT = Statement(sa.select(messages.c.body, messages.c.sent_ms).order_by(messages.c.seq))


async def test_a_year_of_a_schedule_fires_every_instant_once(driver: Driver) -> None:
    await driver("events", "PutRule", Name="tick", ScheduleExpression=SCHEDULE)

    await driver.advance(365 * DAY_SECONDS)

    due = _working_five_minutes(days=365)
    assert len(due) == 261 * 9 * 12
    fired = driver.engine.store.read(lambda tx: tx.rows(_FIRED))
    assert [orjson.loads(row.body)["time"] for row in fired] == due


async def test_a_week_of_a_schedule_is_delivered_at_its_instants(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="ticks", Attributes={"MessageRetentionPeriod": "1209600"})
    await driver("events", "PutRule", Name="tick", ScheduleExpression=SCHEDULE)
    await driver("events", "PutTargets", Rule="tick", Targets=[{"Id": "queue", "Arn": QUEUE_ARN}])

    await driver.advance(7 * DAY_SECONDS)

    sent = driver.engine.store.read(lambda tx: tx.rows(_SENT))
    due = _working_five_minutes(days=7)
    assert [orjson.loads(row.body)["time"] for row in sent] == due
    assert [iso_seconds(row.sent_ms) for row in sent] == due


def _working_five_minutes(days: int) -> list[str]:
    """Each fifth minute from 9:00 to 17:55 of the weekdays, found by asking every minute."""
    start = datetime.fromtimestamp(START_MS / 1000, UTC)
    minutes = (start + timedelta(minutes=number) for number in range(1, days * 24 * 60 + 1))
    return [
        f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        for moment in minutes
        if moment.minute % 5 == 0 and 9 <= moment.hour <= 17 and moment.weekday() < 5
    ]
