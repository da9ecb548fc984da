"""The child's loop: a message comes, is answered, and the next is read. It ends when windsock is gone."""

from __future__ import annotations

import socket
import traceback
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.kernel.read_only import is_read_only
from windsock.simulation.backend.wire import HEAD, decode, encode, pack
from windsock.simulation.child import moments, observed, snapshots
from windsock.simulation.child.adjustments import Change
from windsock.simulation.child.execute import execute
from windsock.simulation.child.failures import meaning

Message = dict[str, Any]


class Server:
    """Answers the messages that come in over one socket. `backend/moto.py` sends them."""

    def __init__(
        self, connection: socket.socket, changes: dict[tuple[str, str], Change], *, durable: bool
    ) -> None:
        self._connection = connection
        self._durable = durable
        self._changes = changes
        self._tasks = {"call": self._call, "load": self._load, "save": self._save}

    def serve(self) -> None:
        """Answer until the other end closes."""
        while (message := self._receive()) is not None:
            self._connection.sendall(pack(self._tasks[message["do"]](message)))

    def _call(self, message: Message) -> Message:
        moments.enter(message["at_ms"], message["seed"])
        seen = observed.begin()
        answer = self._outcome(message)
        if not is_read_only(message["operation"]) and "absent" not in answer:
            seen.changed = True
        digest = zlib.crc32(encode(answer))
        if message.get("replayed"):
            return {"digest": digest}
        # A replay would make other keys than those that were given; so this one goes into a state.
        saved = seen.unrepeatable and snapshots.write(Path(message["file"]), durable=self._durable)
        return {**answer, "digest": digest, "saved": saved, **asdict(seen)}

    def _outcome(self, message: Message) -> Message:
        service, operation = message["service"], message["operation"]
        where = message["account"], message["region"]
        try:
            own = self._changes.get((service, operation))
            if own is not None:
                return {"result": own(*where, message["params"])}
            return {"result": execute(service, operation, message["params"], *where)}
        except NotImplementedOperation:
            return {"absent": True}
        except AwsError as error:
            return _told(error)
        except Exception as failure:  # noqa: BLE001  (whatever moto does, windsock is told)
            crash = {"crash": traceback.format_exc()}
            meant = meaning(service, operation, message["params"], failure)
            return crash if meant is None else {**_told(meant), **crash}

    def _load(self, message: Message) -> Message:
        try:
            snapshots.read(Path(message["file"]))
        except Exception:  # noqa: BLE001  (whatever moto does, windsock is told)
            return {"crash": traceback.format_exc()}
        return {}

    def _save(self, message: Message) -> Message:
        snapshots.begin_to_write(Path(message["file"]), durable=self._durable)
        return {}

    def _receive(self) -> Message | None:
        head = self._read(HEAD.size)
        body = None if head is None else self._read(*HEAD.unpack(head))
        if body is None:
            return None
        message: Message = decode(body, Path())
        return message

    def _read(self, size: int) -> bytes | None:
        got = bytearray()
        while len(got) < size:
            piece = self._connection.recv(size - len(got))
            if not piece:
                return None
            got += piece
        return bytes(got)


def _told(error: AwsError) -> Message:
    told = {"code": error.code, "message": error.message, "status": error.status}
    return {"error": {**told, "details": dict(error.details)}}
