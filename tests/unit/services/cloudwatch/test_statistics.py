"""Statistics of a hundred values from 1 to 100, and of odd ones."""

from __future__ import annotations

import pytest

from windsock.services.cloudwatch.statistics import Measured, statistic

HUNDRED = Measured(100, 5050, 1, 100, {float(value): 1.0 for value in range(1, 101)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SampleCount", 100),
        ("Sum", 5050),
        ("Average", 50.5),
        ("Minimum", 1),
        ("Maximum", 100),
        ("p50", 50),
        ("p99", 99),
        ("p99.9", 100),
        ("p100", 100),
        ("tm90", 45.5),
        ("TM(10%:90%)", 50.5),
        ("IQM", 50.5),
        ("tc90", 90),
        ("ts90", 4095),
        ("TC(:50)", 50),
        ("TS(90:)", 955),
        ("PR(10:20)", 10),
        ("wm90", 49.95),
    ],
)
def test_a_hundred(name: str, value: float) -> None:
    compute = statistic(name)
    assert compute is not None
    assert compute(HUNDRED) == pytest.approx(value)


@pytest.mark.parametrize("name", ["average", "p101", "p", "TM(:)", "TM(10:90%)", "q50", ""])
def test_what_is_no_statistic(name: str) -> None:
    assert statistic(name) is None


def test_single_values_that_are_not_known_give_no_percentile() -> None:
    compute = statistic("p50")
    assert compute is not None
    assert compute(Measured(10, 55, 1, 10, None)) is None


def test_sums_are_added_up() -> None:
    measured = Measured(2, 3, 1, 2, {1.0: 1.0, 2.0: 1.0})
    measured.add(Measured(1, 2, 2, 2, {2.0: 1.0}))
    assert measured == Measured(3, 5, 1, 2, {1.0: 1.0, 2.0: 2.0})
