"""What is known when expressions are calculated: the span of time, the metrics, who finds further ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from windsock.languages.metric_math.values import Array, Series

Search = Callable[[str, str, int], Array]
"""Given a search expression, a statistic and a period in seconds: the time series of what it finds."""


@dataclass(frozen=True, slots=True)
class Request:
    """The metrics by id, in their order, and the span from `start` to before `end`, in seconds since 1970.

    Periods begin at `aligned` and at multiples of their length from there. Without `search` there is no
    SEARCH.
    """

    metrics: Mapping[str, Series]
    start: int
    end: int
    aligned: int = 0
    search: Search | None = None

    def instants(self, period: int) -> range:
        """Where the periods of a length in the span begin."""
        return range(self.start - (self.start - self.aligned) % period, self.end, period)

    @property
    def period(self) -> int:
        """The shortest period of a metric; a minute if there is none."""
        return min((series.period for series in self.metrics.values()), default=60)
