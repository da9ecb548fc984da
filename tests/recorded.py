"""Comparing answers with what was recorded at AWS."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from windsock.kernel.scope import DEFAULT_ACCOUNT

# The account that the recorders put in place of their own.
_RECORDERS_ACCOUNT = "111111111111"


def agrees(recorded: Any, actual: Any, placeholders: re.Pattern[str]) -> bool:
    """Whether an answer is the recorded one, apart from what stands for values that change.

    JSON texts were recorded parsed, so their spacing does not count; bytes as Python writes them.
    """
    if isinstance(actual, bytes):
        return bool(ast.literal_eval(recorded) == actual)
    if isinstance(recorded, str):
        text = recorded.replace(_RECORDERS_ACCOUNT, DEFAULT_ACCOUNT)
        pattern = ".+".join(re.escape(part) for part in placeholders.split(text))
        return re.fullmatch(pattern, str(actual), re.DOTALL) is not None
    if isinstance(actual, str) and isinstance(recorded, dict | list):
        return agrees(recorded, json.loads(actual), placeholders)
    if isinstance(recorded, dict):
        return (
            isinstance(actual, dict)
            and recorded.keys() == actual.keys()
            and all(agrees(value, actual[key], placeholders) for key, value in recorded.items())
        )
    if isinstance(recorded, list):
        return (
            isinstance(actual, list)
            and len(recorded) == len(actual)
            and all(agrees(one, other, placeholders) for one, other in zip(recorded, actual, strict=True))
        )
    return bool(recorded == actual)
