"""An engine with a bucket to deliver to: S3's own place in tests that are not about it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.conftest import START_MS, Driver

from windsock.engine.engine import Engine
from windsock.engine.operations import Command, Operation, Params, Query, Result
from windsock.engine.rooms import Room, Rooms
from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError
from windsock.store.store import Store


class Bucket:
    """A bucket named `logs`, and what was put into it by key."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refuses = False

    def head(self, ctx: Query, params: Params) -> Result:
        if params["Bucket"] != "logs":
            raise AwsError("Not Found", code="404", status=404)
        return {}

    def put(self, ctx: Command, params: Params) -> Result:
        if self.refuses:
            raise AwsError("Access Denied", code="AccessDenied", status=403)
        self.objects[params["Key"]] = params["Body"]
        return {}


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
async def driver(rooms: Rooms, empty_database: Path, tmp_path: Path, bucket: Bucket) -> AsyncIterator[Driver]:
    s3 = Room(
        {
            "HeadBucket": Operation("s3", "HeadBucket", "query", bucket.head),
            "PutObject": Operation("s3", "PutObject", "command", bucket.put),
        }
    )
    clock = VirtualClock(START_MS)
    database = tmp_path / "windsock.db"
    shutil.copyfile(empty_database, database)
    async with Store.open(database, durable=False) as store:
        engine = Engine(store, clock, Rooms(rooms.packages, {"s3": s3}))
        await engine.start()
        try:
            yield Driver(engine, clock)
        finally:
            await engine.stop()
