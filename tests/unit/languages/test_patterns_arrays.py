"""Arrays of objects: conditions have to hold within the same elements."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.languages.patterns import Matcher, matches

BAND = {
    "bands": [
        {"name": "The Clash", "members": [{"given": "Joe", "surname": "Strummer"}, {"given": "Mick"}]},
        {"name": "Boris", "members": [{"given": "Wata", "waters": ["Flood"]}, {"given": "Atsuo"}]},
    ]
}

CASES: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"p": {"first": ["Ada"], "last": ["L"]}}, {"p": [{"first": "Ada", "last": "L"}]}, True),
    ({"p": {"first": ["Ada"], "last": ["L"]}}, {"p": [{"first": "Ada"}, {"last": "L"}]}, False),
    ({"p": {"first": ["Ada"]}}, {"p": [{"first": "Bob"}, {"first": "Ada"}]}, True),
    ({"bands": {"members": {"given": ["Mick"], "surname": ["Strummer"]}}}, BAND, False),
    ({"bands": {"members": {"given": ["Joe"], "surname": ["Strummer"]}}}, BAND, True),
    ({"bands": {"name": ["Boris"], "members": {"given": ["Mick"]}}}, BAND, False),
    ({"bands": {"name": ["Boris"], "members": {"given": ["Wata"], "waters": ["Flood"]}}}, BAND, True),
    ({"bands": {"members": {"given": ["Mick"], "surname": [{"exists": False}]}}}, BAND, True),
    ({"bands": {"members": {"given": ["Joe"], "surname": [{"exists": False}]}}}, BAND, False),
    # Decided in the order of paths: the absent field comes first, so it must be absent everywhere.
    ({"p": {"a": [{"exists": False}], "b": [1]}}, {"p": [{"a": 1}, {"b": 1}]}, False),
    ({"p": {"a": [1], "b": [{"exists": False}]}}, {"p": [{"a": 1}, {"b": 1}]}, True),
    (
        {"p": {"x": [1], "y": [2]}, "q": {"x": [3]}},
        {"p": [{"x": 1, "y": 2}], "q": [{"x": 0}, {"x": 3}]},
        True,
    ),
    ({"p": [1], "p.x": [2]}, {"p": [1, {"x": 2}]}, True),
    ({"p": [1], "p.x": [2]}, {"p": [[1], {"x": 2}]}, False),
    ({"p": {"x": [2]}}, {"p": [[{"x": 1}], [[{"x": 2}]]]}, True),
    ({"p": {"x": [{"anything-but": 1}]}}, {"p": [{"x": 1}, {"x": 2}]}, True),
    ({"$or": [{"p": {"x": [1], "y": [2]}}, {"p": {"z": [1]}}]}, {"p": [{"x": 1}, {"y": 2}]}, False),
]


@pytest.mark.parametrize(("pattern", "event", "expected"), CASES)
def test_consistency(pattern: dict[str, Any], event: dict[str, Any], expected: bool) -> None:
    matcher = Matcher()
    matcher.add("rule", pattern)
    assert matches(pattern, event) is expected
    assert matcher.matches(event) == (["rule"] if expected else [])
    explanation = matcher.explain("rule", event)
    assert explanation.matched is expected
    assert expected or explanation.failures or explanation.note is not None


def test_explanation_says_that_no_single_element_will_do() -> None:
    matcher = Matcher()
    matcher.add("rule", {"p": {"first": ["Ada"], "last": ["L"]}})
    explanation = matcher.explain("rule", {"p": [{"first": "Ada"}, {"last": "L"}]})
    assert not explanation.failures
    assert explanation.note == "each condition holds, but not all of them within the same array elements"


def test_large_arrays_are_decided_in_reasonable_work() -> None:
    elements = [{"a": n, "b": n + 1, "c": [{"d": n}, {"e": n}]} for n in range(3000)]
    pattern = {
        "p": {"a": [{"exists": True}], "b": [{"exists": True}], "c": {"d": [2999], "e": [{"exists": False}]}}
    }
    assert matches(pattern, {"p": elements})
    assert not matches({"p": {"a": [5], "b": [5]}}, {"p": elements})
