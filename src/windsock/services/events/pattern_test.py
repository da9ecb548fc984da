"""TestEventPattern: would this pattern match this event?

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.errors import ValidationError
from windsock.languages.patterns import InvalidPattern, matches
from windsock.services.events.errors import InvalidEventPattern

# AWS's page names `resources` too, but its recorded answers take events without.
_MANDATORY: Final = ("id", "account", "source", "time", "region", "detail-type")


@query("TestEventPattern")
def event_pattern_test(ctx: Query, params: Params) -> Result:
    """Whether the pattern matches the event; what is wrong with the event is said first."""
    event = _event(params["Event"])
    try:
        return {"Result": matches(params["EventPattern"], event)}
    except InvalidPattern as error:
        raise InvalidEventPattern(str(error)) from error


def _event(text: str) -> dict[str, Any]:
    try:
        event = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValidationError("Parameter Event is not valid.") from error
    if not isinstance(event, dict) or not all(name in event for name in _MANDATORY):
        raise ValidationError("Parameter Event is not valid.")
    return event
