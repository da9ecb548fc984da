"""What the HTTP door costs: a cheap query through windsock against uvicorn alone.

The floor is an ASGI application in the same server, on the same event loop, that answers the same
bytes without looking at the request. Both take the same requests in turn, so that what else the
machine does meets both.

    python benchmarks/http_door.py [--requests 20000] [--connections 16] [--rounds 3] [--profile]
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
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
import uvicorn
import uvloop

from windsock.app import running
from windsock.config import Settings
from windsock.gateway.server import listen, make_server

IDENTITY = b"Action=GetCallerIdentity&Version=2011-06-15"
HEADERS = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "authorization": "AWS4-HMAC-SHA256 Credential=test/20170102/us-east-1/sts/aws4_request, "
    "SignedHeaders=content-type;host;x-amz-date, Signature=0",
    "x-amz-date": "20170102T000000Z",
    "user-agent": "Boto3/1.43 md/Botocore#1.43 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11",
}
# As long as windsock's answer to the query.
ANSWER = b"x" * 392


async def floor(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Read the request, answer the bytes."""
    while (await receive()).get("more_body"):
        pass
    headers = [
        (b"content-type", b"text/xml"),
        (b"x-amzn-requestid", b"f8be82d1-61ac-4fca-8ea9-ae37ea4f8fa8"),
        (b"content-length", b"%d" % len(ANSWER)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ANSWER})


async def serve_floor() -> None:
    """A bare uvicorn, set up as windsock sets its own up."""
    config = uvicorn.Config(
        floor,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
    )
    await _serve(uvicorn.Server(config))


async def serve_windsock(profiled: bool) -> None:
    """A windsock in memory."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(memory=True, data=Path(directory))
        async with running(settings, "http://127.0.0.1") as engine:
            profiler = cProfile.Profile() if profiled else None
            if profiler:
                profiler.enable()
            await _serve(make_server(engine))
            if profiler:
                profiler.disable()
                pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(35)


async def _serve(server: uvicorn.Server) -> None:
    listening = listen("127.0.0.1", 0)
    print(listening.getsockname()[1], flush=True)

    def stop() -> None:
        server.should_exit = True

    asyncio.get_running_loop().add_reader(sys.stdin, stop)
    await server.serve(sockets=[listening])


@contextmanager
def process(*flags: str) -> Iterator[str]:
    """One of the servers, in a process of its own; its endpoint."""
    server = subprocess.Popen(
        [sys.executable, __file__, *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}/"
    finally:
        server.stdin.close()
        server.wait()


async def measure(endpoint: str, requests: int, connections: int) -> float:
    """Requests a second."""
    left = iter(range(requests))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:

        async def work() -> None:
            for _ in left:
                async with session.post(endpoint, data=IDENTITY, headers=HEADERS) as answer:
                    await answer.read()
                    if answer.status != 200:
                        raise RuntimeError(f"{endpoint} answered {answer.status}")

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(connections)))
        return requests / (time.perf_counter() - began)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description="The HTTP door against bare uvicorn.")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="print where windsock spends its time")
    parser.add_argument("--serve", choices=["floor", "windsock"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serving = serve_floor() if arguments.serve == "floor" else serve_windsock(arguments.profile)
        uvloop.run(serving)
        return
    rates: dict[str, list[float]] = {"uvicorn alone": [], "windsock": []}
    profile = ["--profile"] if arguments.profile else []
    with process("--serve", "floor") as bare, process("--serve", "windsock", *profile) as ours:
        endpoints = {"uvicorn alone": bare, "windsock": ours}
        for endpoint in endpoints.values():
            uvloop.run(measure(endpoint, 500, arguments.connections))
        for _ in range(arguments.rounds):
            for name, endpoint in endpoints.items():
                rates[name].append(uvloop.run(measure(endpoint, arguments.requests, arguments.connections)))
    medians = {name: median(found) for name, found in rates.items()}
    for name, rate in medians.items():
        print(f"{name:14} {rate:9,.0f} requests/s  {1e6 / rate:7.1f} µs each")
    print(f"windsock answers {medians['windsock'] / medians['uvicorn alone']:.2f} of what uvicorn alone does")


if __name__ == "__main__":
    main()
