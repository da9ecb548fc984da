"""Time-based one-time passwords: six digits of a seed and of a half minute.

Source: https://www.rfc-editor.org/rfc/rfc6238
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

_STEP_MS: Final = 30_000
_DIGITS: Final = 6
# How many steps a device's clock may be off: one when it signs in, more when it is set up or set right.
_DRIFT: Final = 1
_SYNCHRONISING_DRIFT: Final = 10


def code_at(seed: str, instant_ms: int) -> str:
    """The code of a device with this seed (base32) at an instant."""
    return _code(seed, instant_ms // _STEP_MS)


def is_current(seed: str, code: str, now_ms: int) -> bool:
    """Whether a code is one of about now."""
    return current_step(seed, code, now_ms) is not None


def current_step(seed: str, code: str, now_ms: int) -> int | None:
    """The half minute, of those about now, that a code is of; None for any other code."""
    step = now_ms // _STEP_MS
    steps = range(step - _DRIFT, step + _DRIFT + 1)
    return next((each for each in steps if hmac.compare_digest(_code(seed, each), code)), None)


def are_consecutive(seed: str, first: str, second: str, now_ms: int) -> bool:
    """Whether two codes follow each other, at a time not far from now."""
    step = now_ms // _STEP_MS
    return any(
        _code(seed, step + off) == first and _code(seed, step + off + 1) == second
        for off in range(-_SYNCHRONISING_DRIFT, _SYNCHRONISING_DRIFT + 1)
    )


def _code(seed: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(seed), step.to_bytes(8), hashlib.sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"
