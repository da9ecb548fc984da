"""Publish to queues end to end, durable: what a message costs on its way through a topic.

One topic with one queue, messages of about 1 KB, ten in a request. The floor is the same messages sent
straight to a queue, by the same server in the same run.

    python -m benchmarks.publish [--messages 10000] [--connections 16]

Prints processor time of the server a message, for the floor, for raw delivery and for signed notifications.
The figures to keep are the ratios to the floor.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlencode

import aiohttp
from benchmarks.put_events import SIGNED, Client, cpu_seconds, waiting, windsock

BATCH = 10
TEXT = "x" * 1000


class Topics:
    """A bare client of SNS, which speaks the query protocol."""

    def __init__(self, endpoint: str, session: aiohttp.ClientSession) -> None:
        self._endpoint = endpoint
        self._session = session

    async def call(self, action: str, **fields: str) -> str:
        """One call; raises RuntimeError for an error answer."""
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "authorization": SIGNED.format(service="sns"),
        }
        body = urlencode({"Action": action, "Version": "2010-03-31", **fields})
        async with self._session.post(self._endpoint, data=body, headers=headers) as response:
            answer = await response.text()
            if response.status != 200 or "<Failed><member>" in answer:
                raise RuntimeError(f"{action}: {response.status} {answer}")
            return answer

    async def publish(self, topic: str) -> None:
        """Publish a batch."""
        fields = {"TopicArn": topic}
        for number in range(1, BATCH + 1):
            entry = f"PublishBatchRequestEntries.member.{number}"
            fields |= {f"{entry}.Id": str(number), f"{entry}.Message": TEXT}
        await self.call("PublishBatch", **fields)


async def fed_queue(client: Client, topics: Topics, name: str, raw: str) -> tuple[str, str]:
    """A topic with a queue: the ARN of the one, the URL of the other."""
    url: str = (await client.sqs("CreateQueue", QueueName=name))["QueueUrl"]
    await topics.call("CreateTopic", Name=name)
    topic = f"arn:aws:sns:us-east-1:000000000000:{name}"
    await topics.call(
        "Subscribe",
        **{
            "TopicArn": topic, "Protocol": "sqs", "Endpoint": f"arn:aws:sqs:us-east-1:000000000000:{name}",
            "Attributes.entry.1.key": "RawMessageDelivery", "Attributes.entry.1.value": raw,
        },
    )  # fmt: skip
    return topic, url


async def cost(
    client: Client, url: str, send: Callable[[], Awaitable[object]], messages: int, connections: int, pid: int
) -> float:
    """Microseconds of the server's processor time a message, until all are in the queue."""
    before, already = cpu_seconds(pid), await waiting(client, url)
    left = messages // BATCH

    async def work() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await send()

    await asyncio.gather(*(work() for _ in range(connections)))
    while await waiting(client, url) - already < messages // BATCH * BATCH:
        await asyncio.sleep(0.2)
    return (cpu_seconds(pid) - before) / messages * 1e6


async def measure(endpoint: str, pid: int, messages: int, connections: int) -> dict[str, float]:
    """The cost of each way, after a few messages that are not counted."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections + 2)) as session:
        client, topics = Client(endpoint, session), Topics(endpoint, session)
        straight: str = (await client.sqs("CreateQueue", QueueName="straight"))["QueueUrl"]
        entries = [{"Id": str(number), "MessageBody": TEXT} for number in range(BATCH)]
        ways: dict[str, tuple[str, Callable[[], Awaitable[object]]]] = {
            "straight": (straight, lambda: client.sqs("SendMessageBatch", QueueUrl=straight, Entries=entries))
        }
        for name, raw in (("raw", "true"), ("signed", "false")):
            topic, url = await fed_queue(client, topics, name, raw)
            ways[name] = (url, lambda topic=topic: topics.publish(topic))  # type: ignore[misc]
        figures = {}
        for name, (url, send) in ways.items():
            await cost(client, url, send, 200, connections, pid)
            figures[name] = await cost(client, url, send, messages, connections, pid)
        return figures


def told(figures: dict[str, float]) -> Iterable[str]:
    """The lines to print."""
    for name, microseconds in figures.items():
        ratio = microseconds / figures["straight"]
        yield f"{name:10} {microseconds:7.0f} us a message   {ratio:5.1f} x straight"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description="Publish to queues, beside sending straight to one.")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=16)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, windsock(directory) as where:
        figures = asyncio.run(measure(*where, arguments.messages, arguments.connections))
    print("\n".join(told(figures)))


if __name__ == "__main__":
    main()
