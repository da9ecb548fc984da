"""What a call to a simulated service costs: through windsock, logged and on disk, against moto by itself.

The peer is boto3 with moto's own `mock_aws` in this process. Both make the same calls in turn, so that what
else the machine does meets both.

    python benchmarks/simulated.py [--calls 500] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

from windsock.app import running
from windsock.config import Settings
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope

TABLE = {
    "TableName": "table",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
# What is called, and which of boto3's methods that is.
CALLS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("dynamodb", "PutItem", "put_item", {"TableName": "table", "Item": {"id": {"S": "1"}}}),
    ("dynamodb", "GetItem", "get_item", {"TableName": "table", "Key": {"id": {"S": "1"}}}),
    ("s3", "PutObject", "put_object", {"Bucket": "bucket", "Key": "key", "Body": b"x" * 1000}),
    ("s3", "GetObject", "get_object", {"Bucket": "bucket", "Key": "key"}),
    ("ec2", "CreateVolume", "create_volume", {"Size": 8, "AvailabilityZone": "us-east-1a"}),
    ("ec2", "DescribeVpcs", "describe_vpcs", {}),
]

Ask = Callable[[str, str, dict[str, Any]], Awaitable[Any]]


def main() -> None:
    """Measure, and print microseconds a call and their ratio."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--calls", type=int, default=500)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    asyncio.run(measure(given.calls, given.rounds))


async def measure(calls: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(data=Path(directory), port=0)
        async with running(settings, "http://127.0.0.1:0") as engine:
            await _measure(engine, calls, rounds)


async def _measure(engine: Engine, calls: int, rounds: int) -> None:
    from moto import mock_aws  # after windsock, which must not need it

    async def ask(service: str, operation: str, params: dict[str, Any]) -> Any:
        caller, scope = Caller.root(DEFAULT_ACCOUNT), Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
        return await engine.call(service, operation, params, caller=caller, scope=scope)

    await ask("dynamodb", "CreateTable", TABLE)
    await ask("s3", "CreateBucket", {"Bucket": "bucket"})
    os.environ["AWS_DEFAULT_REGION"] = DEFAULT_REGION
    with mock_aws():
        peer = _peer()
        print(f"{'':24}{'windsock µs':>12}{'moto µs':>12}{'ratio':>8}")
        for service, operation, method, params in CALLS:
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(await _timed_calls(ask, service, operation, params, calls))
                theirs.append(_timed_peer(peer[service], method, params, calls))
            ratio = median(ours) / median(theirs)
            print(f"{service}:{operation:<16}{median(ours):>12.0f}{median(theirs):>12.0f}{ratio:>8.2f}")


def _peer() -> dict[str, Any]:
    import boto3

    clients: dict[str, Any] = {name: boto3.client(name) for name in ("dynamodb", "s3", "ec2")}
    clients["dynamodb"].create_table(**TABLE)
    clients["s3"].create_bucket(Bucket="bucket")
    return clients


async def _timed_calls(ask: Ask, service: str, operation: str, params: dict[str, Any], calls: int) -> float:
    started = time.perf_counter()
    for _ in range(calls):
        await ask(service, operation, params)
    return (time.perf_counter() - started) / calls * 1e6


def _timed_peer(client: Any, method: str, params: dict[str, Any], calls: int) -> float:
    call = getattr(client, method)
    started = time.perf_counter()
    for _ in range(calls):
        call(**params)
    return (time.perf_counter() - started) / calls * 1e6


if __name__ == "__main__":
    main()
