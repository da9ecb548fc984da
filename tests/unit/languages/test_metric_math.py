"""Metric math: AWS's examples, each function and operator, and what is wrong with expressions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from windsock.languages.metric_math import (
    Calculation,
    InvalidExpression,
    MetricName,
    Request,
    SearchExpression,
    Series,
    UnsupportedFunction,
    parse,
)

DATA = Path(__file__).parents[2] / "data"
MATH = json.loads((DATA / "metric_math.json").read_text())
SEARCHES = json.loads((DATA / "metric_searches.json").read_text())
FOUND = {key: MetricName(*parts) for key, parts in SEARCHES["metrics"].items()}


def series(values: list[float | None], label: str = "") -> Series:
    points = {60 * minute: float(value) for minute, value in enumerate(values) if value is not None}
    return Series(points, 60, label, is_metric=True)


METRICS = {name: series(values, name) for name, values in MATH["metrics"].items()}
REQUEST = Request(METRICS, 0, 60 * MATH["span"])


def calculated(expression: str, others: dict[str, str] | None = None) -> tuple[Series, ...]:
    texts = {"result": expression, **(others or {})}
    return Calculation(REQUEST, {name: parse(text) for name, text in texts.items()}).result("result")


@pytest.mark.parametrize("case", MATH["cases"], ids=lambda case: case["expression"])
def test_an_expression_is_calculated(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(InvalidExpression, match=re.escape(case["error"])):
            calculated(case["expression"], case.get("others"))
        return
    expected = case["array"] if "array" in case else [case["result"]]
    found = calculated(case["expression"], case.get("others"))
    assert [dict(each.points) for each in found] == [
        pytest.approx(dict(series(values).points)) for values in expected
    ]


def test_series_of_an_array_keep_their_labels() -> None:
    assert [each.label for each in calculated("100 * METRICS('metric')")] == ["metric1", "metric2"]


def test_periods_are_counted_from_where_they_begin() -> None:
    request = Request({"m": Series({90: 1.0}, 60)}, 30, 210, aligned=210)
    (filled,) = Calculation(request, {"e": parse("FILL(m, 0)")}).result("e")
    assert filled.points == {30: 0, 90: 1, 150: 0}


def test_of_two_periods_the_longer_is_the_results() -> None:
    request = Request({"a": Series({0: 1.0}, 60), "b": Series({0: 1.0}, 300)}, 0, 300)
    assert Calculation(request, {"e": parse("a + b")}).result("e")[0].period == 300


def test_a_search_is_made_by_whoever_knows_the_metrics() -> None:
    asked: list[tuple[str, str, int]] = []

    def search(query: str, statistic: str, period: int) -> tuple[Series, ...]:
        asked.append((query, statistic, period))
        return (series([1, 2]), series([3]))

    request = Request({}, 0, 300, search=search)
    found = Calculation(request, {"e": parse("SUM(SEARCH(' {ns} MetricName=\"m\" ', 'Sum', 300))")}).result(
        "e"
    )
    assert (asked, dict(found[0].points)) == ([(' {ns} MetricName="m" ', "Sum", 300)], {0: 4, 60: 2})
    with pytest.raises(InvalidExpression, match="SEARCH: nothing can be searched for here"):
        calculated("SEARCH('x', 'Sum', 60)")


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnsupportedFunction) as refused:
        parse("m1 > LAST(ANOMALY_DETECTION_BAND(m1))")
    assert refused.value.name == "ANOMALY_DETECTION_BAND"


def test_depth_is_bounded() -> None:
    with pytest.raises(InvalidExpression, match="nested too deeply"):
        parse("(" * 500 + "m1" + ")" * 500)


@pytest.mark.parametrize(("text", "keys"), SEARCHES["cases"], ids=str)
def test_a_search_finds(text: str, keys: list[str] | None) -> None:
    if keys is None:
        with pytest.raises(InvalidExpression):
            SearchExpression.parse(text)
        return
    search = SearchExpression.parse(text)
    assert [key for key, metric in FOUND.items() if search.finds(metric)] == keys
