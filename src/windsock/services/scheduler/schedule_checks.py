"""What CreateSchedule and UpdateSchedule look at before they take a schedule, its target apart.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html; the words about
expressions and start dates are AWS's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.engine.operations import Params
from windsock.kernel.clock import to_ms
from windsock.kernel.errors import ValidationError
from windsock.languages.schedules import AtSchedule, InvalidSchedule
from windsock.services.scheduler.limits import START_MAY_BE_PAST_MS
from windsock.services.scheduler.timetable import UnknownZone, read_expression


def check_schedule(params: Params, now_ms: int) -> None:
    """Raise ValidationError for an expression, zone, time window or dates that cannot be."""
    expression = params["ScheduleExpression"]
    zone = params.get("ScheduleExpressionTimezone") or "UTC"
    try:
        schedule = read_expression(expression, zone)
    except InvalidSchedule as error:
        raise ValidationError(f"Invalid Schedule Expression {expression}.") from error
    except UnknownZone as error:
        raise ValidationError(f"Invalid Schedule Expression Timezone {zone}.") from error
    _check_window(params["FlexibleTimeWindow"])
    if not isinstance(schedule, AtSchedule):
        _check_dates(params, now_ms)


def _check_window(window: Mapping[str, Any]) -> None:
    has_size = window.get("MaximumWindowInMinutes") is not None
    if window["Mode"] == "FLEXIBLE" and not has_size:
        raise ValidationError("MaximumWindowInMinutes must be specified when the Mode is FLEXIBLE.")
    if window["Mode"] == "OFF" and has_size:
        raise ValidationError("MaximumWindowInMinutes must not be specified when the Mode is OFF.")


def _check_dates(params: Params, now_ms: int) -> None:
    start, end = params.get("StartDate"), params.get("EndDate")
    if start is not None and to_ms(start) < now_ms - START_MAY_BE_PAST_MS:
        raise ValidationError("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if start is not None and end is not None and end <= start:
        raise ValidationError("The EndDate you specify must be later than the StartDate.")
