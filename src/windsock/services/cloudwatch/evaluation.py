"""The state of an alarm from its datapoints: M out of N, missing ones treated as the alarm says. Pure.

The evaluation range is some more datapoints than the evaluation periods, so that one that is late is not
missing at once.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from windsock.kernel.clock import to_datetime
from windsock.services.cloudwatch.alarm_settings import COMPARISONS, AlarmSettings

OK: Final = "OK"
ALARM: Final = "ALARM"
INSUFFICIENT_DATA: Final = "INSUFFICIENT_DATA"

# How many datapoints are looked at besides those of the evaluation periods.
_MORE: Final = 2


@dataclass(frozen=True, slots=True)
class Datapoint:
    """One period of an alarm: its value, None where there was no data; 0 samples are not known."""

    start_ms: int
    value: float | None
    samples: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an evaluation found. `state` is None where the alarm is to stay as it is."""

    state: str | None
    reason: str
    reason_data: dict[str, Any]


def periods_looked_at(settings: AlarmSettings) -> int:
    """How many periods an evaluation needs."""
    return settings.evaluation_periods + _MORE


def evaluate(settings: AlarmSettings, points: Sequence[Datapoint], now_ms: int) -> Verdict:
    """Judge the datapoints of the periods looked at, newest first."""
    known = [point for point in points if point.value is not None]
    used = known[: settings.evaluation_periods]
    missing = settings.evaluation_periods - len(used)
    state = _state(settings, used, missing)
    reason = _reason(settings, state, used, missing)
    return Verdict(state, reason, _data(settings, points, used, now_ms))


def _state(settings: AlarmSettings, used: Sequence[Datapoint], missing: int) -> str | None:
    breaching = [settings.breaches(point.value) for point in used if point.value is not None]
    count = sum(breaching)
    if missing == 0:
        return ALARM if count >= settings.to_alarm else OK
    return _MISSING[settings.missing](count, breaching, missing, settings.to_alarm)


def _fill_with_latest(count: int, breaching: Sequence[bool], missing: int, needed: int) -> str:
    """Missing data says nothing of itself: what is there goes on, and nothing at all is insufficient."""
    if not breaching:
        return INSUFFICIENT_DATA
    return ALARM if count + missing * breaching[0] >= needed else OK


def _keep(count: int, breaching: Sequence[bool], missing: int, needed: int) -> str | None:
    """Missing data changes nothing: only what is there can."""
    if count >= needed:
        return ALARM
    return OK if breaching and not count else None


def _fill_with_breaching(count: int, breaching: Sequence[bool], missing: int, needed: int) -> str:
    return ALARM if count + missing >= needed else OK


def _fill_with_good(count: int, breaching: Sequence[bool], missing: int, needed: int) -> str:
    return ALARM if count >= needed else OK


# How each TreatMissingData judges, given the breaching ones (how many, and which, newest first), how many are
# missing and how many make an alarm.
_MISSING: Final[Mapping[str, Callable[[int, Sequence[bool], int, int], str | None]]] = {
    "missing": _fill_with_latest,
    "ignore": _keep,
    "breaching": _fill_with_breaching,
    "notBreaching": _fill_with_good,
}
TREATMENTS: Final = tuple(_MISSING)

_TREATED: Final = {"breaching": "Breaching", "notBreaching": "NonBreaching"}


def _reason(settings: AlarmSettings, state: str | None, used: Sequence[Datapoint], missing: int) -> str:
    if state == INSUFFICIENT_DATA:
        return f"Insufficient Data: {_counted(missing, 'datapoint')} {_was(missing)} unknown."
    treated = _TREATED.get(settings.missing)
    filled = (
        f"{_counted(missing, 'missing datapoint')} {_was(missing)} treated as [{treated}]"
        if missing and treated
        else ""
    )
    if not used:
        return (
            f"Threshold Crossed: no datapoints were received for {_counted(missing, 'period')} and {filled}."
        )
    listed = ", ".join(f"{point.value} ({_short(point.start_ms)})" for point in used)
    of_all = f"{len(used)} out of the last {settings.evaluation_periods} datapoints" if settings.many else ""
    which = of_all or _counted(len(used), "datapoint")
    not_ = "" if state == ALARM else "not "
    words = COMPARISONS[settings.comparison][1]
    needed = (
        f" (minimum {_counted(settings.to_alarm, 'datapoint')} for OK -> ALARM transition)"
        if settings.many
        else ""
    )
    and_filled = f" and {filled}" if filled else ""
    return (
        f"Threshold Crossed: {which} [{listed}] {_was(len(used))} {not_}{words} the threshold "
        f"({settings.threshold}){and_filled}{needed}."
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _short(instant_ms: int) -> str:
    return f"{to_datetime(instant_ms):%d/%m/%y %H:%M:%S}"


def _data(
    settings: AlarmSettings, points: Sequence[Datapoint], used: Sequence[Datapoint], now_ms: int
) -> dict[str, Any]:
    evaluated = used or points[: settings.evaluation_periods]
    data: dict[str, Any] = {
        "version": "1.0",
        "queryDate": _stamp(now_ms),
        **({"startDate": _stamp(used[-1].start_ms)} if used else {}),
        **settings.watched.facts,
        "period": settings.period,
        "recentDatapoints": [point.value for point in reversed(used)],
        "threshold": settings.threshold,
        "evaluatedDatapoints": [_evaluated(point) for point in evaluated],
    }
    return data


def _evaluated(point: Datapoint) -> dict[str, Any]:
    if point.value is None:
        return {"timestamp": _stamp(point.start_ms)}
    samples = {"sampleCount": point.samples} if point.samples else {}
    return {"timestamp": _stamp(point.start_ms), **samples, "value": point.value}


def _stamp(instant_ms: int) -> str:
    moment = to_datetime(instant_ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant_ms % 1000:03d}+0000"
