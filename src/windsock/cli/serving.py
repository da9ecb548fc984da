"""Running windsock in the foreground: settings, socket, engine and server, until a signal ends it."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from typing import Any

import typer
import uvloop

from windsock.app import DirectoryUnusable, running
from windsock.cli.failure import fail
from windsock.cli.logs import configure
from windsock.cli.settings import settings_of
from windsock.config import Settings
from windsock.console.mount import Console
from windsock.console.paths import CONSOLE_PREFIX
from windsock.engine.engine import Engine
from windsock.gateway.server import listen, make_server
from windsock.kernel.clock import to_datetime
from windsock.runner.confinement import strongest

EXAMPLE = '[{"Source":"my.app","DetailType":"Hello","Detail":"{}"}]'


def run(flags: dict[str, Any], *, demo: bool) -> None:
    """Run with the flags that were given; ends with a message and status 1 when it cannot."""
    settings = settings_of(flags)
    configure(settings.log_format, settings.log_level)
    try:
        listening = listen(settings.host, settings.port)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise fail(f"cannot listen on {place}: {error.strerror}. Try --port 0.") from error
    try:
        with listening, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listening, demo=demo))
    except DirectoryUnusable as error:
        raise fail(str(error)) from error


async def _serve(settings: Settings, listening: socket.socket, *, demo: bool) -> None:
    endpoint = _endpoint(settings.host, listening.getsockname()[1])
    async with running(settings, endpoint) as engine:
        server = make_server(engine, [Console(engine)])
        _spare_the_collector()

        def stop() -> None:
            server.should_exit = True

        for signum in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signum, stop)
        confinement = await strongest(())
        _greet(settings, endpoint, engine.clock.now_ms(), confinement.mode)
        showing = asyncio.create_task(_show_demo(engine)) if demo else None
        await server.serve(sockets=[listening])
        if showing is not None:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
    typer.echo("windsock has stopped.")


def _spare_the_collector() -> None:
    """Have Python's cycle collector leave alone what stays loaded, and look less often at the rest.

    Requests make many short-lived objects and hardly a cycle. Loading leaves too little behind for a
    collection, which would be a tenth of the start.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


async def _show_demo(engine: Engine) -> None:
    from windsock.cli.demo import show

    await show(engine)


def _endpoint(host: str, port: int) -> str:
    shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _greet(settings: Settings, endpoint: str, now_ms: int, confinement: str) -> None:
    state = "in memory, gone when it stops" if settings.memory else f"{settings.data.resolve()} (durable)"
    clock = f"virtual, {to_datetime(now_ms):%Y-%m-%dT%H:%M:%SZ}" if settings.clock != "real" else "real"
    lines = [
        f"windsock is up at {endpoint}",
        f"  state   {state}",
        f"  clock   {clock}",
        f"  lambda  {confinement}",
        "  aws     export AWS_ENDPOINT_URL=" + endpoint,
        "          export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1",
        f"          aws events put-events --entries '{EXAMPLE}'",
        f"  console {endpoint}{CONSOLE_PREFIX}",
        "  look    windsock events     stop    Ctrl-C",
    ]
    for line in lines:
        typer.echo(line)
