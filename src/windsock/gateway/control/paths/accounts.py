"""Accounts made here, and keys of their roots."""

from __future__ import annotations

from typing import Any

from windsock.engine.accounts import all_accounts
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.gateway.control.asked import Asked, checked_account
from windsock.gateway.control.path import control_path
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope


@control_path("accounts")
async def accounts(asked: Asked) -> dict[str, Any]:
    """The accounts that were made."""
    rows = asked.engine.store.read(all_accounts)
    return {
        "accounts": [
            {"account": row.account, "name": row.name, "created": to_datetime(row.created_ms).isoformat()}
            for row in rows
        ]
    }


@control_path("accounts", "POST")
async def make_account(asked: Asked) -> dict[str, Any]:
    """Make the account `account`, or any, called `name`, and the first key of its root.

    It is a member of the default account's organisation.
    """
    body, engine = asked.body, asked.engine
    wanted = {"AccountName": str(body.get("name", ""))}
    if "account" in body:
        wanted["AccountId"] = checked_account(body["account"])
    caller, scope = Caller.root(DEFAULT_ACCOUNT), Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
    made = await engine.call("organizations", "AddAccount", wanted, caller=caller, scope=scope) or {}
    return await _root_key(engine, made["AccountId"])


@control_path("accounts/keys", "POST")
async def make_root_key(asked: Asked) -> dict[str, Any]:
    """A new key of the root of `account`, of which there are two at most."""
    return await _root_key(asked.engine, checked_account(asked.body.get("account")))


async def _root_key(engine: Engine, account: str) -> dict[str, Any]:
    scope = Scope(account, DEFAULT_REGION)
    answer = await engine.call("iam", "CreateAccessKey", {}, caller=Caller.root(account), scope=scope) or {}
    key = answer["AccessKey"]
    return {
        "account": account,
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }
