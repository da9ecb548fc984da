"""PutEvents end to end, durable, against moto_server in the same run.

One rule, one SQS target, events of about 1 KB, ten in a request, the client on the same machine.

    python benchmarks/put_events.py [--events 20000] [--connections 16] [--no-moto]

Prints, for each server: events accepted a second, events delivered a second (until the last one is in
the queue), processor time an event, and the p50/p99 of a request; for windsock also accept -> received at
500 events a second, with consumers that long-poll.
The figure to keep is the ratio to moto_server, which keeps everything in memory and nothing on disk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

BIN = Path(sys.executable).parent
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=000000000000/20261101/us-east-1/{service}/aws4_request, "
    "SignedHeaders=host, Signature=0"
)
QUEUE = "bench"
PATTERN = json.dumps({"source": ["bench"], "detail": {"state": ["running"]}})


class Client:
    """A bare client of the JSON protocol: as little of the two cores as possible."""

    def __init__(self, endpoint: str, session: aiohttp.ClientSession) -> None:
        self._endpoint = endpoint
        self._session = session

    async def call(self, service: str, target: str, params: dict[str, Any] | bytes) -> dict[str, Any]:
        """One call; raises RuntimeError for an error answer."""
        headers = {
            "content-type": "application/x-amz-json-1.0"
            if service == "sqs"
            else "application/x-amz-json-1.1",
            "x-amz-target": target,
            "authorization": SIGNED.format(service=service),
        }
        body = params if isinstance(params, bytes) else json.dumps(params).encode()
        async with self._session.post(self._endpoint, data=body, headers=headers) as response:
            answer: dict[str, Any] = json.loads(await response.read() or b"{}")
            if response.status != 200:
                raise RuntimeError(f"{target}: {response.status} {answer}")
            return answer

    async def events(self, operation: str, params: dict[str, Any] | bytes) -> dict[str, Any]:
        """A call of `events`."""
        return await self.call("events", f"AWSEvents.{operation}", params)

    async def sqs(self, operation: str, **params: Any) -> dict[str, Any]:
        """A call of `sqs`."""
        return await self.call("sqs", f"AmazonSQS.{operation}", params)


def entries(first: int) -> bytes:
    """A PutEvents body of ten entries of about 1 KB."""
    padding = "x" * 820
    return json.dumps(
        {
            "Entries": [
                {
                    "Source": "bench",
                    "DetailType": "Bench",
                    "Detail": json.dumps(
                        {"n": first + n, "state": "running", "at": time.perf_counter(), "padding": padding}
                    ),
                }
                for n in range(10)
            ]
        }
    ).encode()


async def prepare(client: Client) -> str:
    """The rule, its queue and the target; the queue's URL."""
    url: str = (await client.sqs("CreateQueue", QueueName=QUEUE))["QueueUrl"]
    await client.events("PutRule", {"Name": "bench", "EventPattern": PATTERN})
    arn = f"arn:aws:sqs:us-east-1:000000000000:{QUEUE}"
    await client.events("PutTargets", {"Rule": "bench", "Targets": [{"Id": "1", "Arn": arn}]})
    return url


async def waiting(client: Client, url: str) -> int:
    """How many messages are in the queue."""
    answer = await client.sqs(
        "GetQueueAttributes", QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def cpu_seconds(pid: int) -> float:
    """The processor time a process has used (Linux); it tells more than the clock on a busy machine."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def throughput(client: Client, url: str, events: int, connections: int, pid: int) -> dict[str, float]:
    """Put `events` events as fast as the connections allow."""
    cpu = cpu_seconds(pid)
    already = await waiting(client, url)
    bodies = [entries(n) for n in range(0, events, 10)]
    latencies: list[float] = []

    async def work() -> None:
        while bodies:
            body = bodies.pop()
            began = time.perf_counter()
            answer = await client.events("PutEvents", body)
            latencies.append(time.perf_counter() - began)
            if answer["FailedEntryCount"]:
                raise RuntimeError(str(answer))

    own = cpu_seconds(os.getpid())
    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    accepted = time.perf_counter() - began
    while await waiting(client, url) - already < events:
        await asyncio.sleep(0.2)
    delivered = time.perf_counter() - began
    latencies.sort()
    return {
        "accepted/s": events / accepted,
        "delivered/s": events / delivered,
        "server cpu us/event": (cpu_seconds(pid) - cpu) / events * 1e6,
        "client cpu us/event": (cpu_seconds(os.getpid()) - own) / events * 1e6,
        "p50 ms": median(latencies) * 1000,
        "p99 ms": latencies[int(len(latencies) * 0.99)] * 1000,
    }


async def latency(client: Client, url: str, rate: float, seconds: float) -> dict[str, float]:
    """Accept -> received while events come in at `rate` a second and a consumer long-polls."""
    await client.sqs("PurgeQueue", QueueUrl=url)
    seen: list[float] = []
    total = int(rate * seconds / 10) * 10

    async def consume() -> None:
        while len(seen) < total:
            answer = await client.sqs(
                "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5
            )
            now = time.perf_counter()
            messages = answer.get("Messages", [])
            seen.extend(now - json.loads(message["Body"])["detail"]["at"] for message in messages)
            if messages:
                await client.sqs(
                    "DeleteMessageBatch",
                    QueueUrl=url,
                    Entries=[
                        {"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]}
                        for n, each in enumerate(messages)
                    ],
                )

    consumers = [asyncio.create_task(consume()) for _ in range(2)]
    began = time.perf_counter()
    for n in range(0, total, 10):
        pause = began + n / rate - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        await client.events("PutEvents", entries(n))
    await asyncio.gather(*consumers)
    seen.sort()
    return {"received p50 ms": median(seen) * 1000, "received p99 ms": seen[int(len(seen) * 0.99)] * 1000}


@contextmanager
def windsock(directory: str) -> Iterator[tuple[str, int]]:
    """A durable windsock on a free port; its endpoint and process."""
    command = [str(BIN / "windsock"), "up", "--port", "0", "--data", directory]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        first = server.stdout.readline()
        found = re.search(r"http://\S+", first)
        if found is None:
            raise RuntimeError(f"windsock did not start: {first}")
        yield found[0], server.pid
    finally:
        server.terminate()
        server.wait()


@contextmanager
def moto(port: int = 45661) -> Iterator[tuple[str, int]]:
    """A moto_server; its endpoint and process."""
    environment = {**os.environ, "MOTO_PORT": str(port)}
    server = subprocess.Popen(
        [str(BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait()


async def ready(endpoint: str) -> None:
    """Return once something answers."""
    async with aiohttp.ClientSession() as session:
        for _ in range(200):
            try:
                async with session.get(endpoint):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise RuntimeError(f"nothing answers at {endpoint}")


async def measure(
    endpoint: str, pid: int, events: int, connections: int, with_latency: bool
) -> dict[str, float]:
    """All figures of one server."""
    await ready(endpoint)
    connector = aiohttp.TCPConnector(limit=connections + 4)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = Client(endpoint, session)
        url = await prepare(client)
        await throughput(client, url, min(events, 1000), connections, pid)
        figures = await throughput(client, url, events, connections, pid)
        if with_latency:
            figures |= await latency(client, url, 500, 5)
        return figures


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description="PutEvents end to end against moto_server.")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--no-moto", action="store_true")
    arguments = parser.parse_args()
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as directory, windsock(directory) as where:
        results["windsock"] = asyncio.run(measure(*where, arguments.events, arguments.connections, True))
    if not arguments.no_moto:
        with moto() as where:
            fewer = max(arguments.events // 100, 100)
            results["moto_server"] = asyncio.run(measure(*where, fewer, arguments.connections, False))
    for name, figures in results.items():
        print(f"{name:12}", "  ".join(f"{what} {value:,.1f}" for what, value in figures.items()))
    if "moto_server" in results:
        ratio = results["windsock"]["delivered/s"] / results["moto_server"]["delivered/s"]
        print(f"windsock delivers {ratio:.1f} times what moto_server does")


if __name__ == "__main__":
    main()
