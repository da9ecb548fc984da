"""What the tests of CloudWatch Logs share: a caller, and a group with a stream to write to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import START_MS, Driver

from windsock.kernel.errors import AwsError

HOUR = 3_600_000
DAY = 24 * HOUR


class Logs:
    """Calls of CloudWatch Logs: `await logs("CreateLogGroup", logGroupName="g")`."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    async def __call__(self, operation: str, **params: Any) -> dict[str, Any]:
        return await self.driver("logs", operation, **params)

    async def refused(self, operation: str, **params: Any) -> tuple[str, str]:
        """The code and message of a call that must fail."""
        with pytest.raises(AwsError) as failure:
            await self(operation, **params)
        return failure.value.code, failure.value.message

    async def make(self, group: str, *streams: str) -> None:
        """A group with streams."""
        await self("CreateLogGroup", logGroupName=group)
        for stream in streams:
            await self("CreateLogStream", logGroupName=group, logStreamName=stream)

    async def put(self, group: str, stream: str, *events: tuple[int, str]) -> dict[str, Any]:
        """Events, each the milliseconds after the start of the test and the message."""
        return await self(
            "PutLogEvents",
            logGroupName=group,
            logStreamName=stream,
            logEvents=[{"timestamp": START_MS + after, "message": message} for after, message in events],
        )

    def count_rows(self, table: str) -> int:
        """How many rows a table of the store has."""
        select = sa.select(sa.func.count()).select_from(sa.table(table))
        return int(self.driver.engine.store.read(lambda tx: tx.scalar(select)))


@pytest.fixture
def logs(driver: Driver) -> Logs:
    return Logs(driver)


def messages(answer: dict[str, Any]) -> list[str]:
    """The messages of a page of events."""
    return [event["message"] for event in answer["events"]]


async def all_pages(call: Callable[..., Any], member: str, **params: Any) -> list[list[Any]]:
    """Every page of a listing, following nextToken."""
    pages: list[list[Any]] = []
    answer = await call(**params)
    pages.append(answer[member])
    while "nextToken" in answer:
        answer = await call(**params, nextToken=answer["nextToken"])
        pages.append(answer[member])
    return pages
