"""A queue to use: `Client` makes the calls of one account and takes names for URLs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import Driver


class Client:
    """The calls of one account. `client.send("q", "hello")` and such are short for whole calls."""

    def __init__(self, driver: Driver, account: str = "000000000000") -> None:
        self.driver = driver
        self.account = account

    async def call(self, operation: str, **params: Any) -> dict[str, Any]:
        return await self.driver("sqs", operation, account=self.account, **params)

    def url(self, queue: str) -> str:
        return f"http://localhost:4566/{self.account}/{queue}"

    def arn(self, queue: str) -> str:
        return f"arn:aws:sqs:us-east-1:{self.account}:{queue}"

    async def create(self, queue: str, **attributes: str) -> None:
        if queue.endswith(".fifo"):
            attributes = {"FifoQueue": "true", **attributes}
        await self.call("CreateQueue", QueueName=queue, Attributes=attributes)

    async def set(self, queue: str, **attributes: str) -> None:
        await self.call("SetQueueAttributes", QueueUrl=self.url(queue), Attributes=attributes)

    async def attributes(self, queue: str, *names: str) -> dict[str, str]:
        answer = await self.call(
            "GetQueueAttributes", QueueUrl=self.url(queue), AttributeNames=names or ["All"]
        )
        attributes: dict[str, str] = answer.get("Attributes", {})
        return attributes

    async def counts(self, queue: str) -> tuple[int, int, int]:
        """Visible, in flight, delayed."""
        shown = await self.attributes(queue)
        names = ("", "NotVisible", "Delayed")
        visible, in_flight, delayed = (int(shown[f"ApproximateNumberOfMessages{name}"]) for name in names)
        return visible, in_flight, delayed

    async def send(self, queue: str, body: str, **params: Any) -> dict[str, Any]:
        return await self.call("SendMessage", QueueUrl=self.url(queue), MessageBody=body, **params)

    async def receive(self, queue: str, most: int = 1, **params: Any) -> list[dict[str, Any]]:
        answer = await self.call(
            "ReceiveMessage", QueueUrl=self.url(queue), MaxNumberOfMessages=most, **params
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    async def bodies(self, queue: str, most: int = 1, **params: Any) -> list[str]:
        return [message["Body"] for message in await self.receive(queue, most, **params)]

    async def delete(self, queue: str, message: dict[str, Any]) -> None:
        await self.call("DeleteMessage", QueueUrl=self.url(queue), ReceiptHandle=message["ReceiptHandle"])

    async def hide(self, queue: str, message: dict[str, Any], seconds: int) -> None:
        await self.call(
            "ChangeMessageVisibility",
            QueueUrl=self.url(queue),
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=seconds,
        )

    def rows(self, table: sa.Table) -> int:
        """How many rows a table has."""
        count = sa.select(sa.func.count()).select_from(table)
        found: int = self.driver.engine.store.read(lambda tx: tx.scalar(count))
        return found


@pytest.fixture
def sqs(driver: Driver) -> Client:
    return Client(driver)


@pytest.fixture
def sqs_of(driver: Driver) -> Callable[[str], Client]:
    return lambda account: Client(driver, account)
