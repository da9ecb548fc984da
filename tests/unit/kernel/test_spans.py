"""Spans of time as people write them."""

from __future__ import annotations

import pytest

from windsock.kernel.spans import seconds_of


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("90", 90),
        ("90s", 90),
        ("5m", 300),
        ("2h", 7200),
        ("30d", 2_592_000),
        ("1d12h", 129_600),
        ("1.5h", 5400),
    ],
)
def test_a_span_in_seconds(span: str, expected: float) -> None:
    assert seconds_of(span) == expected


@pytest.mark.parametrize("span", ["", "soon", "5x", "1h later", "-5m"])
def test_what_is_no_span(span: str) -> None:
    with pytest.raises(ValueError):
        seconds_of(span)
