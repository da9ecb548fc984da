"""Ids of executions and the tokens of their tasks.

A token names the execution, the frame and the number of the wait. The id of an execution is shown to nobody,
so whoever has a token was given it.
"""

from __future__ import annotations

import base64
import os
import struct
from typing import Final, NamedTuple

from windsock.services.stepfunctions.errors import InvalidToken

_VERSION: Final = 1
# The version, the 16 bytes of the id, frame and number of the wait.
_FORM: Final = struct.Struct(">B16sIQ")


class TaskToken(NamedTuple):
    """What a token says: who waits, and for what."""

    execution: str
    frame: int
    seq: int


def new_execution_id(now_ms: int) -> str:
    """An id that sorts by the time it was made at (12 hex digits), the other 20 drawn at random."""
    return f"{now_ms:012x}{os.urandom(10).hex()}"


def make_token(execution: str, frame: int, seq: int) -> str:
    """The token of a task; the same each time."""
    return base64.b64encode(_FORM.pack(_VERSION, bytes.fromhex(execution), frame, seq)).decode()


def read_token(token: str) -> TaskToken:
    """What a token says. Raises InvalidToken for a text that is none."""
    try:
        version, execution, frame, seq = _FORM.unpack(base64.b64decode(token, validate=True))
    except (ValueError, struct.error) as error:
        raise InvalidToken from error
    if version != _VERSION:
        raise InvalidToken
    return TaskToken(execution.hex(), frame, seq)
