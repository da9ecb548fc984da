"""Inputs of executions and outputs of tasks: JSON texts of a limited size.

What is wrong with one is told in the words of AWS's parser.
"""

from __future__ import annotations

import orjson

from windsock.languages.json_tokens import JsonSyntaxError, read
from windsock.services.stepfunctions.errors import InvalidExecutionInput, InvalidOutput
from windsock.services.stepfunctions.limits import PAYLOAD_BYTES


def check_input(text: str) -> None:
    """Raise InvalidExecutionInput unless `text` can be the input of an execution."""
    wrong = _what_is_wrong(text, "Invalid execution input.")
    if wrong is not None:
        raise InvalidExecutionInput(wrong)


def check_output(text: str) -> None:
    """Raise InvalidOutput unless `text` can be the output of a task."""
    wrong = _what_is_wrong(text, "Invalid output.")
    if wrong is not None:
        raise InvalidOutput(wrong)


def _what_is_wrong(text: str, empty: str) -> str | None:
    if not text.strip():
        return empty
    if len(text.encode()) > PAYLOAD_BYTES:
        return f"The size of the JSON is over the limit of {PAYLOAD_BYTES} bytes."
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        try:
            for _ in read(text):
                pass
        except JsonSyntaxError as found:
            return found.message
        return str(error)
    return None
