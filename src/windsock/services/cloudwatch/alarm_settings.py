"""What a metric alarm watches, from what PutMetricAlarm was given.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.kernel.scope import Scope
from windsock.services.cloudwatch.watched import Watched, watched_by

_MINUTE_S: Final = 60

Comparison = Callable[[float, float], bool]

COMPARISONS: Final[Mapping[str, tuple[Comparison, str]]] = {
    "GreaterThanThreshold": (lambda value, bound: value > bound, "greater than"),
    "GreaterThanOrEqualToThreshold": (lambda value, bound: value >= bound, "greater than or equal to"),
    "LessThanThreshold": (lambda value, bound: value < bound, "less than"),
    "LessThanOrEqualToThreshold": (lambda value, bound: value <= bound, "less than or equal to"),
}
"""Each comparison with a threshold, and how reasons put it."""


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """A metric alarm, ready to be evaluated."""

    watched: Watched
    evaluation_periods: int
    to_alarm: int
    threshold: float
    comparison: str
    missing: str
    many: bool
    """Whether it says itself how many datapoints make the alarm."""

    @classmethod
    def of(cls, scope: Scope, body: Mapping[str, Any]) -> AlarmSettings:
        """From the parameters of PutMetricAlarm."""
        return cls(
            watched=watched_by(scope, body),
            evaluation_periods=body["EvaluationPeriods"],
            to_alarm=body.get("DatapointsToAlarm") or body["EvaluationPeriods"],
            threshold=float(body["Threshold"]),
            comparison=body["ComparisonOperator"],
            missing=body.get("TreatMissingData", "missing"),
            many="DatapointsToAlarm" in body,
        )

    @property
    def period(self) -> int:
        """The seconds of a datapoint."""
        return self.watched.period

    @property
    def step_ms(self) -> int:
        """How often it is evaluated: every minute, or every period of a shorter one."""
        return min(self.period, _MINUTE_S) * 1000

    def breaches(self, value: float) -> bool:
        """Whether a value is beyond the threshold."""
        return COMPARISONS[self.comparison][0](value, self.threshold)
