"""The HTTP server: uvicorn on a socket of ours, stopped by us."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn

from windsock.engine.engine import Engine
from windsock.gateway.asgi import Door, Gateway
from windsock.gateway.connections import Connection
from windsock.gateway.warming import warm

# How long requests under way may take to end once windsock is told to stop.
GRACE_SECONDS = 3

# Connections that may wait to be accepted; the kernel's own bound may be lower.
BACKLOG = 2048


class _Server(uvicorn.Server):
    """Leaves signals to us, loads what calls need once it listens, and ends long polls when it stops."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway, engine: Engine) -> None:
        super().__init__(config)
        self._gateway = gateway
        self._engine = engine
        self._warming: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._warming = asyncio.create_task(warm(self._engine), name="warming")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._warming is not None:
            self._warming.cancel()
        self._gateway.end_waits()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the address is taken.

    Clients may connect from here on; they wait until the server runs.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def make_server(engine: Engine, doors: Sequence[Door] = ()) -> uvicorn.Server:
    """A server for the engine, and for what other doors claim.

    Run `serve(sockets=[...])`, and set `should_exit` to stop it.
    """
    gateway = Gateway(engine, doors)
    config = uvicorn.Config(
        gateway,
        loop="none",
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        backlog=BACKLOG,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return _Server(config, gateway, engine)
