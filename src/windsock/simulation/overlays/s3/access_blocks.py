"""S3 Block Public Access: what a bucket and its owner's account together keep from the public.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from windsock.engine.calls import Call, Caller
from windsock.engine.engine import Engine
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.simulation.backend.moto import Moto
from windsock.store.statements import Row


@dataclass(frozen=True, slots=True)
class AccessBlock:
    """The four settings: of a bucket and its account the stricter one counts."""

    acls: bool
    ignored_acls: bool
    policies: bool
    public_buckets: bool


async def access_block_of(engine: Engine, bucket: Row) -> AccessBlock:
    """What is blocked of a bucket."""
    own = orjson.loads(bucket.access_block)
    if len(own) == len(_NAMES) and all(own.values()):
        return AccessBlock(True, True, True, True)
    account = await _of_account(engine, bucket.account)
    return AccessBlock(*(bool(own.get(name)) or bool(account.get(name)) for name in _NAMES))


_NAMES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


async def _of_account(engine: Engine, account: str) -> dict[str, Any]:
    call = Call(
        "s3control",
        "GetPublicAccessBlock",
        {"AccountId": account},
        Caller.service("s3.amazonaws.com", account),
        Scope(account, "us-east-1"),
        uuid4(),
    )
    try:
        answer = await engine.part(Moto).answer(call)
    except AwsError as error:
        if error.code != "NoSuchPublicAccessBlockConfiguration":
            raise
        return {}
    settings: dict[str, Any] = answer["PublicAccessBlockConfiguration"]
    return settings
