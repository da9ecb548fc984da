"""Ids of access keys, which say whose account they are of.

A key is four letters for its kind (`AKIA`: long-term, `ASIA`: temporary) and sixteen of base32: a bit that is
always set, the account's number in forty, and thirty-nine at random. So a key's account is known without
looking anything up, as `GetAccessKeyInfo` answers for keys of every account.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from __future__ import annotations

import base64
import re
import secrets
from typing import Final

LONG_TERM: Final = "AKIA"
TEMPORARY: Final = "ASIA"

_KEY = re.compile(rf"(?:{LONG_TERM}|{TEMPORARY})[Q-Z2-7][A-Z2-7]{{15}}")
_RANDOM_BITS: Final = 39
_ACCOUNT_BITS: Final = 40
_BYTES: Final = 10
_LARGEST_ACCOUNT: Final = 999_999_999_999


def new_access_key(kind: str, account: str) -> str:
    """A key of `kind` for an account of twelve digits."""
    number = (1 << _ACCOUNT_BITS | int(account)) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    return kind + base64.b32encode(number.to_bytes(_BYTES)).decode()


def issuing_account(access_key: str) -> str | None:
    """The account of a key that `new_access_key` (or AWS) made; None for any other text."""
    if _KEY.fullmatch(access_key) is None:
        return None
    number = int.from_bytes(base64.b32decode(access_key[4:])) >> _RANDOM_BITS
    account = number & ((1 << _ACCOUNT_BITS) - 1)
    return f"{account:012d}" if account <= _LARGEST_ACCOUNT else None
