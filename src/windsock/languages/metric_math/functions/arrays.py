"""Functions of arrays: METRICS, SEARCH, FIRST, LAST, SLICE, SORT, REMOVE_EMPTY, METRIC_COUNT."""

from __future__ import annotations

from typing import Final

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.functions.aggregates import AGGREGATES
from windsock.languages.metric_math.registry import function
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Series, Value, Word, a_scalar, an_array

_SORTED_BY: Final = ("AVG", "MIN", "MAX", "SUM")
_ORDERS: Final = {"ASC": False, "DESC": True}


@function("METRICS", 0, 1)
def metrics(request: Request, part: Argument = "") -> Value:
    """The metrics of the request, or those whose id contains a text."""
    if not isinstance(part, str) or isinstance(part, Word):
        raise InvalidExpression("a text in quotes is needed")
    return tuple(series for metric_id, series in request.metrics.items() if part in metric_id)


@function("SEARCH", 3)
def search(request: Request, query: Argument, statistic: Argument, period: Argument) -> Value:
    """The series that a search expression finds."""
    if request.search is None:
        raise InvalidExpression("nothing can be searched for here")
    if not isinstance(query, str) or not isinstance(statistic, str):
        raise InvalidExpression("the search and the statistic are texts in quotes")
    return request.search(query, statistic, int(a_scalar(period)))


@function("FIRST")
def first(_request: Request, array: Argument) -> Value:
    """The first series."""
    return _at(array, 0)


@function("LAST")
def last(_request: Request, array: Argument) -> Value:
    """The last series."""
    return _at(array, -1)


@function("METRIC_COUNT")
def metric_count(_request: Request, array: Argument) -> Value:
    """How many series there are."""
    return float(len(an_array(array)))


@function("REMOVE_EMPTY")
def remove_empty(_request: Request, array: Argument) -> Value:
    """The series that have a value."""
    return tuple(series for series in an_array(array) if series.points)


@function("SLICE", 2, 3)
def slice_(_request: Request, array: Argument, start: Argument, *end: Argument) -> Value:
    """The series from one number to before another, counted from 0, or to the end."""
    return an_array(array)[int(a_scalar(start)) : int(a_scalar(end[0])) if end else None]


@function("SORT", 3, 4)
def sort(_request: Request, array: Argument, by: Argument, order: Argument, *most: Argument) -> Value:
    """The series by average, least or greatest value, or sum; perhaps only the first so many."""
    if by not in _SORTED_BY or not isinstance(by, Word):
        raise InvalidExpression(f"the function is one of {', '.join(_SORTED_BY)}")
    if order not in _ORDERS or not isinstance(order, Word):
        raise InvalidExpression("the order is ASC or DESC")
    aggregate, downwards = AGGREGATES[by], _ORDERS[order]
    with_values = [series for series in an_array(array) if series.points]
    without = [series for series in an_array(array) if not series.points]
    with_values.sort(key=lambda series: aggregate(list(series.points.values())), reverse=downwards)
    return tuple((with_values + without)[: int(a_scalar(most[0])) if most else None])


def _at(array: Argument, position: int) -> Series:
    found = an_array(array)
    if not found:
        return Series({}, 60)
    return found[position]
