"""Filters of Health's API: each member given must hold, each by any one of its values.

Source: https://docs.aws.amazon.com/health/latest/APIReference/API_EventFilter.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from windsock.kernel.clock import to_ms
from windsock.kernel.errors import NotImplementedOperation
from windsock.services.health.event_rows import entity_arn
from windsock.store.statements import Row

Filter = Mapping[str, Any]
Test = Callable[[Row, Sequence[Any]], bool]


def _is_in(column: str) -> Test:
    return lambda row, values: getattr(row, column) in values


def _is_entity(row: Row, arns: Sequence[Any]) -> bool:
    return entity_arn(row) in arns


def _falls_in(column: str) -> Test:
    def test(row: Row, ranges: Sequence[Mapping[str, Any]]) -> bool:
        instant = getattr(row, column)
        return instant is not None and any(_within(instant, each) for each in ranges)

    return test


def _within(instant_ms: int, span: Mapping[str, Any]) -> bool:
    begins, ends = span.get("from"), span.get("to")
    return (begins is None or to_ms(begins) <= instant_ms) and (ends is None or instant_ms <= to_ms(ends))


_EVENT_TESTS: Final[Mapping[str, Test]] = {
    "eventArns": _is_in("arn"),
    "eventTypeCodes": _is_in("code"),
    "services": _is_in("service"),
    "regions": _is_in("event_region"),
    "availabilityZones": _is_in("zone"),
    "eventTypeCategories": _is_in("category"),
    "eventStatusCodes": _is_in("status"),
    "startTimes": _falls_in("start_ms"),
    "endTimes": _falls_in("end_ms"),
    "lastUpdatedTimes": _falls_in("updated_ms"),
}
_ENTITY_TESTS: Final[Mapping[str, Test]] = {
    "eventArns": _is_in("event"),
    "entityValues": _is_in("value"),
    "entityArns": _is_entity,
    "statusCodes": _is_in("status"),
    "lastUpdatedTimes": _falls_in("updated_ms"),
}
_BY_ENTITY: Final = ("entityValues", "entityArns")


def chosen_events(rows: list[Row], affected: list[Row], wanted: Filter) -> list[Row]:
    """The events that a filter lets through. `affected` is what they affect."""
    by_entity = {name: values for name, values in wanted.items() if name in _BY_ENTITY}
    found = _chosen(
        rows, {name: values for name, values in wanted.items() if name not in _BY_ENTITY}, _EVENT_TESTS
    )
    if not by_entity:
        return found
    arns = {entity.event for entity in _chosen(affected, by_entity, _ENTITY_TESTS)}
    return [row for row in found if row.arn in arns]


def chosen_entities(rows: list[Row], wanted: Filter) -> list[Row]:
    """The affected entities that a filter lets through."""
    return _chosen(rows, wanted, _ENTITY_TESTS)


def _chosen(rows: list[Row], wanted: Filter, tests: Mapping[str, Test]) -> list[Row]:
    for name, values in wanted.items():
        test = tests.get(name)
        if test is None:
            raise NotImplementedOperation("health", f"the filter {name}")
        if values:
            rows = [row for row in rows if test(row, values)]
    return rows
