"""Parameters that are paths into the event."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.engine.dynamic_parameters import all_resolved, resolved

EVENT: dict[str, Any] = {
    "id": "e",
    "detail": {"n": 5, "big": 12345678901234567890123, "list": [1, {"a": "b"}], "a-b_c/d": "x"},
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("$.id", "e"),
        ("$.detail.n", "5"),
        ("$.detail.big", "12345678901234567890123"),
        ("$.detail.list[1].a", "b"),
        ("$.detail.list[*]", '[1,{"a":"b"}]'),
        ("$.detail.a-b_c/d", "x"),
        ("$.detail.nothing", ""),
        ("plain", "plain"),
        ("$5", "$5"),
        ("id is $.id", "id is $.id"),
        ("$.id ", "$.id "),
        ("", ""),
    ],
)
def test_a_path_gives_what_it_leads_to(given: str, expected: str) -> None:
    assert resolved(given, EVENT) == expected


def test_paths_are_found_wherever_they_are() -> None:
    given = {"a": ["$.id", 1, True], "b": {"c": "$.detail.n"}, "$.id": None}
    assert all_resolved(given, EVENT) == {"a": ["e", 1, True], "b": {"c": "5"}, "$.id": None}
