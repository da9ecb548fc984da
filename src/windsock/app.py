"""The one place where the parts are put together."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TextIO

from windsock.config import Settings, virtual_start
from windsock.engine.engine import Engine
from windsock.engine.journal import start_retention
from windsock.engine.rooms import ENGINE, SIMULATION, TARGETS, Rooms, service_packages
from windsock.engine.settings import EngineSettings, Upstream
from windsock.engine.standing_time import stood_at
from windsock.kernel.clock import Clock, RealClock, VirtualClock, to_ms
from windsock.kernel.own_directories import OwnDirectory
from windsock.store.store import Store

# Where what is kept only while windsock runs lies.
_MEMORY = Path("/var/tmp")  # noqa: S108 - a directory of its own is made in it


class DirectoryUnusable(Exception):
    """The data directory cannot be made or written, or another windsock runs on it."""


def find_rooms() -> Rooms:
    """The operations and kinds of task, timer and target of this installation."""
    return Rooms(
        {
            ENGINE: "windsock.engine",
            TARGETS: "windsock.targets",
            SIMULATION: "windsock.simulation.backend",
            **service_packages("windsock.services"),
        },
        overlays=service_packages("windsock.simulation.overlays"),
    )


@contextlib.asynccontextmanager
async def running(settings: Settings, endpoint: str) -> AsyncIterator[Engine]:
    """An engine that works, over the data directory (or a temporary one), until the block ends.

    Raises DirectoryUnusable.
    """
    rooms = find_rooms()
    with _data_directory(settings) as directory:
        async with Store.open(directory / "windsock.db", durable=not settings.memory) as store:
            engine = Engine(store, _clock(settings, store), rooms, _engine_settings(settings, endpoint))
            await engine.start()
            await store.write(lambda tx: start_retention(engine, tx, engine.clock.now_ms()))
            try:
                yield engine
            finally:
                await engine.stop()


def _engine_settings(settings: Settings, endpoint: str) -> EngineSettings:
    return EngineSettings(
        endpoint=endpoint,
        smtp_url=settings.smtp_url,
        rules_per_bus=settings.rules_per_bus,
        journal_keep_hours=settings.journal_keep_hours,
        journal_keep_events=settings.journal_keep_events,
        node_modules=settings.sdk_modules,
        interpreters=settings.interpreters,
        iam=settings.iam_mode,
        upstreams={service: Upstream(**each.model_dump()) for service, each in settings.upstream.items()},
        issuers=settings.issuers,
    )


def _clock(settings: Settings, store: Store) -> Clock:
    """The clock that was asked for. A virtual one never goes back behind where it stood."""
    if settings.clock == "real":
        return RealClock()
    wanted = virtual_start(settings.clock)
    stood = stood_at(store)
    if wanted is None and stood is None:
        return VirtualClock(RealClock().now_ms())
    return VirtualClock(max(to_ms(wanted) if wanted else 0, stood or 0))


@contextlib.contextmanager
def _data_directory(settings: Settings) -> Iterator[Path]:
    if settings.memory:
        # Not in /tmp, where functions may write: what is hidden from them cannot lie where they write.
        place = _MEMORY if _MEMORY.is_dir() else None
        own = OwnDirectory(place)
        try:
            yield own.path
        finally:
            own.remove()
        return
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (settings.data / "lock").open("a+")
    except OSError as error:
        raise DirectoryUnusable(f"no state can be kept in {settings.data}: {error.strerror}.") from error
    with file as lock:
        _take(lock, settings.data)
        yield settings.data


def _take(lock: TextIO, directory: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        raise DirectoryUnusable(
            f"{directory.resolve()} is in use by windsock process {holder}. "
            "Stop that one first, or choose another directory with --data."
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
