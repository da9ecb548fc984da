"""Turning log events into samples of metrics, as a group's metric filters say.

An event that matches gives its value (a number, or a field of the event, with fields as dimensions). If
none of a batch matches, a default value, where there is one, is given once.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command
from windsock.kernel.scope import Scope
from windsock.languages.filters import LogFilter
from windsock.services.logs.tables import metric_filters as table
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_OF_GROUP = Statement(
    sa.select(table.c.pattern, table.c.transformations).where(
        *in_scope(table),
        table.c.group_name == sa.bindparam("of_group"),
    )
)


@dataclass(frozen=True, slots=True)
class _Metric:
    """One metric to be given samples from the events that a pattern matches."""

    pattern: LogFilter
    namespace: str
    name: str
    value: str
    default: float | None
    dimensions: Mapping[str, str]

    def samples(self, messages: Iterable[str]) -> list[tuple[float, dict[str, str]]]:
        """A value and its dimensions for each message that matches and has them."""
        samples = []
        matched = False
        for message in messages:
            if not self.pattern.accepts(message):
                continue
            matched = True
            sample = self._sample(message)
            if sample is not None:
                samples.append(sample)
        if not matched and self.default is not None:
            samples.append((self.default, {}))
        return samples

    def _sample(self, message: str) -> tuple[float, dict[str, str]] | None:
        if not self.dimensions and not self.value.startswith("$"):
            return float(self.value), {}
        fields = self.pattern.extract(message)
        value = number_in(fields.get(self.value) if self.value.startswith("$") else self.value)
        dimensions = {name: fields.get(field) for name, field in self.dimensions.items()}
        if value is None or None in dimensions.values():
            return None
        return value, {name: text for name, text in dimensions.items() if text is not None}


class MetricExtraction:
    """The metric filters of the groups that were written to, parsed once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._metrics: dict[tuple[Scope, str], tuple[_Metric, ...]] = {}
        engine.store.on_abort(self._metrics.clear)

    def changed(self, scope: Scope, group: str) -> None:
        """Read the filters of a group anew when they are next wanted."""
        self._metrics.pop((scope, group), None)

    def extract(self, ctx: Command, group: str, batch: Sequence[Mapping[str, Any]]) -> None:
        """Count the samples that a batch of events gives."""
        metrics = self._metrics.get((ctx.scope, group))
        if metrics is None:
            metrics = self._metrics[ctx.scope, group] = _read(ctx.tx, ctx.scope, group)
        messages = [event["message"] for event in batch]
        for metric in metrics:
            for value, dimensions in metric.samples(messages):
                self._engine.metrics.count(ctx.scope, metric.namespace, metric.name, dimensions, value)


def _read(tx: Transaction, scope: Scope, group: str) -> tuple[_Metric, ...]:
    which = {**scope.columns, "of_group": group}
    return tuple(
        _Metric(
            LogFilter.parse(row.pattern),
            each["metricNamespace"],
            each["metricName"],
            each["metricValue"],
            each.get("defaultValue"),
            each.get("dimensions") or {},
        )
        for row in tx.rows(_OF_GROUP, which)
        for each in orjson.loads(row.transformations)
    )


def number_in(text: str | None) -> float | None:
    """The number a text is; None for one that is none, or not finite."""
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None
