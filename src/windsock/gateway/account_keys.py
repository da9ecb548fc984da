"""Accounts made on windsock's own paths, and keys of their roots."""

from __future__ import annotations

from typing import Any

from windsock.engine.accounts import Accounts, all_accounts
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import DEFAULT_REGION, Scope


def told(engine: Engine) -> list[dict[str, str]]:
    """The accounts that were made."""
    return [
        {
            "account": row.account,
            "name": row.name,
            "created": to_datetime(row.created_ms).isoformat(),
        }
        for row in engine.store.read(all_accounts)
    ]


async def make_account(engine: Engine, account: str | None, name: str) -> dict[str, Any]:
    """Make an account and the first key of its root. Raises AccountExists."""
    made = await engine.store.write(lambda tx: engine.part(Accounts).add(tx, account, name))
    return await make_root_key(engine, made)


async def make_root_key(engine: Engine, account: str) -> dict[str, Any]:
    """A new key of an account's root, of which there are two at most."""
    scope = Scope(account, DEFAULT_REGION)
    answer = await engine.call("iam", "CreateAccessKey", {}, caller=Caller.root(account), scope=scope) or {}
    key = answer["AccessKey"]
    return {
        "account": account,
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }
