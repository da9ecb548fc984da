"""Which simulated operations break when they are asked nonsense: by hand, after an upgrade of moto.

    python scripts/probe_simulation.py [SERVICE ...]

Each operation of the services (all unless named) is asked twice: with nothing at all, and with each required
member filled with something that is not there. AWS answers both with an error of the caller's; what is
printed is what ended as a failure of ours, and the figures. For the services that the
walkthroughs need `tests/unit/simulation/test_nonsense.py` sees that it is nothing.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from windsock.app import find_rooms
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError
from windsock.kernel.models import operation_model
from windsock.kernel.scope import Scope
from windsock.simulation.backend.answering import moto_operations
from windsock.store import sqlite
from windsock.store.store import Store

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.nonsense import nonsense

START_MS = 1_483_315_200_000
SCOPE = Scope("000000000000", "us-east-1")


async def main(services: list[str]) -> None:
    """Ask, print what failed, and count."""
    rooms = find_rooms()
    rooms.all()
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        database = Path(directory) / "windsock.db"
        sqlite.migrate(database)
        async with Store.open(database, durable=False) as store:
            engine = Engine(store, VirtualClock(START_MS), rooms)
            await engine.start()
            for service in services or sorted(moto_operations()):
                if rooms.is_native(service):
                    continue
                for operation in sorted(moto_operations()[service]):
                    shape = operation_model(service, operation).input_shape
                    filled = nonsense(shape)
                    for params in [{}, filled] if filled else [{}]:
                        counts[await ask(engine, service, operation, params)] += 1
            await engine.stop()
    print(dict(counts))


async def ask(engine: Engine, service: str, operation: str, params: dict[str, Any]) -> str:
    """What a call came to: answered, refused, or failed."""
    try:
        await engine.call(service, operation, params, caller=Caller.root(SCOPE.account), scope=SCOPE)
    except AwsError as error:
        if error.status >= 500 and error.status != 501:
            print(f"{service}:{operation} {'filled' if params else 'empty'}: {error.message[:160]}")
            return "failed"
        return "refused"
    return "answered"


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
