"""Temporary credentials: what was put in comes out, and nothing that was tampered with."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from tests.conftest import START_MS, Driver

from windsock.engine.identities import Identity, Session
from windsock.engine.session_tokens import SessionTokens
from windsock.kernel.access_keys import TEMPORARY, issuing_account
from windsock.store.store import Store

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
IDENTITY = Identity("role", ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/r/me", "AROAEXAMPLE:me")
SESSION = Session(
    issuer=ROLE,
    issuer_id="AROAEXAMPLE",
    name="me",
    issued_ms=START_MS,
    expires_ms=START_MS + 3_600_000,
    policies=('{"Statement": []}',),
    policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
    session_tags={"Team": "blue"},
    transitive=("Team",),
    source_identity="alice",
    mfa=True,
)


def test_what_was_issued_is_opened(driver: Driver) -> None:
    tokens = driver.engine.session_tokens
    issued = tokens.issue(IDENTITY, SESSION)
    key = tokens.open(issued.access_key, issued.session_token)
    assert key is not None
    assert key.identity.session == SESSION
    assert (key.identity.arn, key.identity.user_id) == (IDENTITY.arn, IDENTITY.user_id)
    assert key.secret == issued.secret
    assert len(key.secret) == 40
    assert key.id.startswith(TEMPORARY)
    assert issuing_account(key.id) == ACCOUNT


def test_a_token_is_of_its_key_alone(driver: Driver) -> None:
    tokens = driver.engine.session_tokens
    one, other = (tokens.issue(IDENTITY, SESSION) for _ in range(2))
    assert one.secret != other.secret
    assert tokens.open(one.access_key, other.session_token) is None


@pytest.mark.parametrize("position", [0, 20, -1])
def test_a_changed_token_is_nobodys(driver: Driver, position: int) -> None:
    tokens = driver.engine.session_tokens
    issued = tokens.issue(IDENTITY, SESSION)
    sealed = bytearray(base64.b64decode(issued.session_token))
    sealed[position] ^= 1
    assert tokens.open(issued.access_key, base64.b64encode(sealed).decode()) is None


@pytest.mark.parametrize("token", ["", "x", "AQoDYXdzEJr//////////wE=", "é"])
def test_other_texts_are_nobodys(driver: Driver, token: str) -> None:
    assert driver.engine.session_tokens.open("ASIAQQQQQQQQQQQQQQQQ", token) is None


async def test_a_store_keeps_its_key_and_shares_it_with_no_other(driver: Driver, tmp_path: Path) -> None:
    issued = driver.engine.session_tokens.issue(IDENTITY, SESSION)
    restarted, other = SessionTokens(), SessionTokens()
    await restarted.start(driver.engine.store)
    async with Store.open(tmp_path / "other.db", durable=False) as store:
        await other.start(store)
    assert restarted.open(issued.access_key, issued.session_token) is not None
    assert other.open(issued.access_key, issued.session_token) is None
