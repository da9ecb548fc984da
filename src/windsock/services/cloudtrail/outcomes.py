"""How deliveries of a trail go, which GetTrailStatus tells.

CloudTrail does not try again where its customer's bucket, topic or log group refuses: it says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

import orjson

from windsock.engine.engine import Engine
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail import trail_rows
from windsock.store.transaction import Transaction

Outcome = Mapping[str, Any]
"""Members of GetTrailStatus: instants in milliseconds, errors as codes, "" for none."""


async def attempt(engine: Engine, what: str, delivery: Awaitable[None]) -> Outcome:
    """Deliver; what came of it. Raises AwsError for a defect of windsock's own: that is tried again."""
    try:
        await delivery
    except AwsError as error:
        if error.status >= 500:
            raise
        return {f"Latest{what}Error": error.code}
    return {f"Latest{what}Time": engine.clock.now_ms(), f"Latest{what}Error": ""}


def note(tx: Transaction, home: Scope, name: str, outcome: Outcome) -> None:
    """Keep what came of deliveries, if the trail is still there."""
    row = trail_rows.find(tx, home, name)
    if row is not None:
        status = {key: value for key, value in (orjson.loads(row.status) | outcome).items() if value}
        trail_rows.change(tx, row, status=orjson.dumps(status).decode())
