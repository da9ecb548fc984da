"""A target's constant Input."""

from __future__ import annotations

import orjson

from windsock.languages.templates.errors import InvalidTemplate


def check_input(text: str) -> None:
    """Refuse (InvalidTemplate) an Input that is no JSON.

    Source: Target, Input: "Valid JSON text passed to the target."
    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
    """
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidTemplate("Input", " is not a valid JSON text.") from error
