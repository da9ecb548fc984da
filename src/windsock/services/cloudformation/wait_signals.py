"""What is put to the URLs of wait conditions' handles, kept until the handle is removed.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.cloudformation.tables import resources, wait_signals
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# The path of windsock's own below which signals are put.
PATH: Final = "cloudformation/waits"

_STATUSES: Final = ("SUCCESS", "FAILURE")
_HANDLE = Statement(
    sa.select(resources.c.logical_id).where(
        resources.c.account == sa.bindparam("account"),
        resources.c.region == sa.bindparam("region"),
        resources.c.physical_id == sa.bindparam("physical_id"),
        # Those of deleted stacks are still told of.
        resources.c.status != "DELETE_COMPLETE",
    )
)
_OF_HANDLE: Final = (
    wait_signals.c.account == sa.bindparam("account"),
    wait_signals.c.region == sa.bindparam("region"),
    wait_signals.c.handle == sa.bindparam("handle"),
)
_PUT = Statement(upsert(wait_signals))
_OF = Statement(sa.select(wait_signals).where(*_OF_HANDLE))
_FORGET = Statement(sa.delete(wait_signals).where(*_OF_HANDLE))


def handle_url(engine: Engine, scope: Scope, name: str) -> str:
    """The URL of a handle that is known by a name which nobody can guess."""
    return f"{engine.settings.endpoint}/_windsock/{PATH}/{scope.account}/{scope.region}/{name}"


@command("PutWaitConditionSignal")
def put_wait_condition_signal(ctx: Command, params: Params) -> Result:
    """windsock's own: what was put to a handle's URL, `{"Handle": ..., "Signal": {...}}`.

    The first signal of each `UniqueId` counts.
    """
    name, signal = params["Handle"], params["Signal"]
    url = handle_url(ctx.engine, ctx.scope, name)
    if not ctx.tx.rows(_HANDLE, {**ctx.scope.columns, "physical_id": url}):
        raise AwsError("There is no such handle.", code="AccessDenied", status=403)
    if signal.get("Status") not in _STATUSES or "UniqueId" not in signal:
        raise AwsError("A signal has a Status, SUCCESS or FAILURE, and a UniqueId.", code="InvalidRequest")
    values: dict[str, Any] = {
        "handle": name,
        "id": str(signal["UniqueId"]),
        "status": signal["Status"],
        "reason": str(signal.get("Reason", "")),
        "data": str(signal.get("Data", "")),
    }
    ctx.tx.execute(_PUT, {**ctx.scope.columns, **values})
    return {}


def signals_of(tx: Snapshot, scope: Scope, url: str) -> list[Row]:
    """What was put to a handle."""
    return tx.rows(_OF, _named(scope, url))


def forget_signals(tx: Transaction, scope: Scope, url: str) -> None:
    """A handle is gone."""
    tx.execute(_FORGET, _named(scope, url))


def _named(scope: Scope, url: str) -> dict[str, Any]:
    return {**scope.columns, "handle": url.rpartition("/")[2]}
