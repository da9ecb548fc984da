"""What is kept of buckets: written in the transaction that logs the call which changed it."""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.kernel.scope import Scope
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.s3.tables import buckets
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

ENFORCED: Final = "BucketOwnerEnforced"
# What each new bucket is blocked from since April 2023.
_CLOSED: Final = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
# What an object's owner is where a bucket does not say.
_WRITER: Final = "ObjectWriter"

_NAMED = buckets.c.name == sa.bindparam("bucket")
_FIND = Statement(sa.select(buckets).where(_NAMED))
_PUT = Statement(upsert(buckets, "policy", "ownership", "access_block"))
_DELETE = Statement(sa.delete(buckets).where(_NAMED))
_SET = {
    column: Statement(sa.update(buckets).where(_NAMED).values({column: sa.bindparam("value")}))
    for column in ("policy", "ownership", "access_block")
}


def find(tx: Snapshot, name: str) -> Row | None:
    """A bucket of any account, by its name."""
    return tx.row(_FIND, {"bucket": name})


def arn_of(scope: Scope, name: str) -> str:
    """The ARN of a bucket, or of an object (`bucket/key`), in the partition of a scope."""
    return f"arn:{scope.partition}:s3:::{name}"


@on("s3.bucket")
def made(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A new bucket is closed, and has no policy."""
    closed = orjson.dumps(_CLOSED).decode()
    row = {"name": happening.facts["bucket"], "policy": None, "ownership": ENFORCED, "access_block": closed}
    tx.execute(_PUT, {**happening.scope.columns, **row})


@on("s3:CreateBucket")
def created(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """One may say at once who is to own the objects."""
    ownership = happening.call.params.get("ObjectOwnership")
    if ownership:
        _set(tx, happening, "ownership", ownership)


@on("s3:DeleteBucket")
def deleted(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Nothing is kept."""
    tx.execute(_DELETE, {"bucket": happening.call.params["Bucket"]})


@on("s3:PutBucketPolicy", "s3:DeleteBucketPolicy")
def policy_set(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Keep the policy, or forget it."""
    _set(tx, happening, "policy", happening.call.params.get("Policy"))


@on("s3:PutPublicAccessBlock", "s3:DeletePublicAccessBlock")
def access_block_set(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Keep what is blocked."""
    settings = happening.call.params.get("PublicAccessBlockConfiguration") or {}
    _set(tx, happening, "access_block", orjson.dumps(settings).decode())


@on("s3:PutBucketOwnershipControls", "s3:DeleteBucketOwnershipControls")
def ownership_set(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Keep who owns objects."""
    rules = (happening.call.params.get("OwnershipControls") or {}).get("Rules") or [{}]
    _set(tx, happening, "ownership", rules[0].get("ObjectOwnership", _WRITER))


def _set(tx: Transaction, happening: Happening, column: str, value: Any) -> None:
    tx.execute(_SET[column], {"bucket": happening.call.params["Bucket"], "value": value})
