"""What was accepted survives a restart: undelivered messages, and the key that signs them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.conftest import START_MS, Driver
from tests.unit.services.sns.sns_helpers import NOTIFICATION, is_signed, make_topic, subscribe

from windsock.app import find_rooms
from windsock.engine.engine import Engine
from windsock.engine.settings import EngineSettings
from windsock.kernel.clock import VirtualClock
from windsock.services.sns import list_mails, signing_certificate
from windsock.store.store import Store

NOWHERE = EngineSettings(smtp_url="smtp://127.0.0.1:9")  # nothing listens on the discard port


@asynccontextmanager
async def running(path: Path, clock: VirtualClock, settings: EngineSettings) -> AsyncIterator[Driver]:
    async with Store.open(path, durable=False) as store:
        engine = Engine(store, clock, find_rooms(), settings)
        await engine.start()
        try:
            yield Driver(engine, clock)
        finally:
            await engine.stop()


async def test_an_undelivered_message_is_delivered_after_a_restart(tmp_path: Path) -> None:
    path, clock = tmp_path / "windsock.db", VirtualClock(START_MS)
    async with running(path, clock, EngineSettings()) as driver:
        topic = await make_topic(driver)
        await subscribe(driver, topic, "email-json", "a@example.com")
        await driver.settle()
        token = json.loads(driver.engine.store.read(list_mails)[0].body)["Token"]
        await driver("sns", "ConfirmSubscription", TopicArn=topic, Token=token)
        certificate = await signing_certificate(driver.engine)
    async with running(path, clock, NOWHERE) as driver:
        await driver("sns", "Publish", TopicArn=topic, Message="still here")
        await driver.settle()
    async with running(path, clock, EngineSettings()) as driver:
        assert await signing_certificate(driver.engine) == certificate
        await driver.advance(10)
        fields = json.loads(driver.engine.store.read(list_mails)[0].body)
        assert fields["Message"] == "still here"
        assert is_signed(fields, NOTIFICATION, certificate)
