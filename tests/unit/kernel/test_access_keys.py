"""Ids of access keys, and the accounts they are of."""

from __future__ import annotations

import pytest

from windsock.kernel.access_keys import LONG_TERM, TEMPORARY, issuing_account, new_access_key


@pytest.mark.parametrize("account", ["000000000000", "111122223333", "999999999999"])
@pytest.mark.parametrize("kind", [LONG_TERM, TEMPORARY])
def test_a_key_says_its_account(kind: str, account: str) -> None:
    key = new_access_key(kind, account)
    assert len(key) == 20
    assert key.startswith(kind)
    assert issuing_account(key) == account


def test_keys_differ() -> None:
    assert len({new_access_key(LONG_TERM, "111122223333") for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "test",
        "111122223333",
        "AKIAIOSFODNN7EXAMPLE",  # older than keys that say their account
        "AROARTX3GSDS574IP5IN",  # the id of a role
        "AKIA7777777777777777",  # a number of more than twelve digits
        "AKIAQQQQQQQQQQQQQQQQ\n",
    ],
)
def test_other_texts_have_no_account(text: str) -> None:
    assert issuing_account(text) is None
