"""From the text of a schedule expression to the schedule it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final, Protocol

from windsock.languages.schedules.at import parse_at
from windsock.languages.schedules.cron import parse_cron
from windsock.languages.schedules.errors import InvalidSchedule
from windsock.languages.schedules.rate import parse_rate, parse_scheduler_rate

MAX_LENGTH: Final = 256
_CALL: Final = re.compile(r"(?P<kind>[a-z]+)\((?P<body>[^()]*)\)")


class Schedule(Protocol):
    """A rule of time: from any instant it tells the next one at which it fires."""

    def next_after(self, instant: datetime, anchor: datetime | None = None) -> datetime | None:
        """The first firing strictly after `instant` (aware), in UTC; None when there is none any more.

        `anchor` is the instant a rate counts from (when the rule was made or its StartDate); the other
        kinds of schedule do not look at it.
        """
        ...


_Parser = Callable[[str, tzinfo], Schedule]

_RULE_KINDS: Final[Mapping[str, _Parser]] = {
    "cron": parse_cron,
    "rate": lambda body, _zone: parse_rate(body),
}
_SCHEDULER_KINDS: Final[Mapping[str, _Parser]] = {
    "cron": parse_cron,
    "rate": lambda body, _zone: parse_scheduler_rate(body),
    "at": parse_at,
}


def parse(expression: str) -> Schedule:
    """Read a rule's ScheduleExpression, evaluated in UTC; InvalidSchedule when AWS would refuse it."""
    return _parse(expression, _RULE_KINDS, UTC)


def parse_scheduler(expression: str, zone: tzinfo = UTC) -> Schedule:
    """Read a ScheduleExpression of EventBridge Scheduler, evaluated in `zone` (ScheduleExpressionTimezone).

    Scheduler knows `at(yyyy-mm-ddThh:mm:ss)` besides, and takes `rate(1 minutes)` where a rule does not.
    """
    return _parse(expression, _SCHEDULER_KINDS, zone)


def _parse(expression: str, kinds: Mapping[str, _Parser], zone: tzinfo) -> Schedule:
    if len(expression) > MAX_LENGTH:
        raise InvalidSchedule(expression, f"longer than {MAX_LENGTH} characters")
    call = _CALL.fullmatch(expression)
    if call is None or call["kind"] not in kinds:
        raise InvalidSchedule(expression, f"must be one of {', '.join(f'{kind}(...)' for kind in kinds)}")
    try:
        return kinds[call["kind"]](call["body"], zone)
    except ValueError as error:
        raise InvalidSchedule(expression, str(error)) from error
