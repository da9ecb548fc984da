"""The index: whatever is added and removed, it finds what deciding every pattern by itself finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.patterns import InvalidEvent, InvalidPattern, Matcher, matches

NAMES = st.sampled_from(["source", "a", "b", "c", "a.b"])
TEXTS = st.sampled_from(["", "a", "ab", "abc", "B", "1", "x-1", "10.0.0.1", "10.0.0.9", "::1"])
NUMBERS = st.sampled_from([0, 1, 1.0, -1, 2.5, 100, 1e9])
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.dictionaries(NAMES, VALUES, max_size=5)

SOME_TEXTS = st.lists(TEXTS.filter(bool), min_size=1, max_size=2)
RANGES = st.sampled_from(
    [
        ["=", 1],
        ["<", 1],
        ["<=", 1],
        [">", 0],
        [">=", 1.0],
        [">", 0, "<", 3],
        [">=", 1, "<=", 100],
        [">", -5, "<", 0.5],
    ]
)
WILDCARDS = st.sampled_from(["*", "a*", "*c", "a*c", "*b*", "ab", "x\\*", "1*"])
NESTED = st.one_of(
    st.fixed_dictionaries({"prefix": SOME_TEXTS}),
    st.fixed_dictionaries({"suffix": SOME_TEXTS}),
    st.fixed_dictionaries({"equals-ignore-case": SOME_TEXTS}),
    st.fixed_dictionaries({"wildcard": st.lists(WILDCARDS, min_size=1, max_size=2)}),
)
OPERATORS = st.one_of(
    st.fixed_dictionaries({"prefix": TEXTS | st.fixed_dictionaries({"equals-ignore-case": TEXTS})}),
    st.fixed_dictionaries({"suffix": TEXTS | st.fixed_dictionaries({"equals-ignore-case": TEXTS})}),
    st.fixed_dictionaries({"equals-ignore-case": TEXTS}),
    st.fixed_dictionaries({"wildcard": WILDCARDS}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"numeric": RANGES}),
    st.fixed_dictionaries({"cidr": st.sampled_from(["10.0.0.0/29", "0.0.0.0/0", "::/64"])}),
    st.fixed_dictionaries({"anything-but": TEXTS | NUMBERS | SOME_TEXTS | NESTED}),
)
FIELDS = st.lists(SCALARS | OPERATORS, min_size=1, max_size=3)
GROUPS = st.recursive(
    st.dictionaries(NAMES, FIELDS, min_size=1, max_size=3),
    lambda inner: st.dictionaries(NAMES, FIELDS | inner, min_size=1, max_size=3),
    max_leaves=4,
)
PATTERNS = GROUPS | st.builds(
    lambda group, branches: {**group, "$or": branches}, GROUPS, st.lists(GROUPS, min_size=2, max_size=3)
)


@settings(max_examples=80, deadline=None)
@given(
    patterns=st.lists(PATTERNS, min_size=1, max_size=16),
    gone=st.sets(st.integers(0, 15)),
    events=st.lists(EVENTS, min_size=1, max_size=5),
)
def test_matcher_finds_what_each_pattern_decides(
    patterns: list[dict[str, Any]], gone: set[int], events: list[dict[str, Any]]
) -> None:
    matcher = Matcher()
    for number, pattern in enumerate(patterns):
        matcher.add(str(number), pattern)
    for number in gone:
        if str(number) in matcher:
            matcher.remove(str(number))
    left = {str(number): pattern for number, pattern in enumerate(patterns) if number not in gone}
    for event in events:
        expected = sorted(name for name, pattern in left.items() if matches(pattern, event))
        assert matcher.matches(event) == expected
        assert matcher.matches(json.dumps(event)) == expected
        for name in left:
            assert matcher.explain(name, event).matched is (name in expected)


@settings(max_examples=30, deadline=None)
@given(patterns=st.lists(PATTERNS, min_size=1, max_size=16))
def test_removing_everything_leaves_nothing(patterns: list[dict[str, Any]]) -> None:
    matcher = Matcher()
    for number, pattern in enumerate(patterns):
        matcher.add(str(number), pattern)
    for number in range(len(patterns)):
        matcher.remove(str(number))
    assert len(matcher) == 0
    assert matcher._fields._root.children == {}
    assert matcher._index._branch.tables == {}
    assert matcher._index._root.clauses == {}


def test_crowded_values_are_told_apart_by_other_fields() -> None:
    matcher = Matcher()
    for number in range(500):
        pattern = {
            "source": ["s"],
            "detail": {"kind": ["k"], "id": [f"i-{number % 50}"], "zone": [number % 10]},
        }
        matcher.add(f"{number:03}", pattern)
    event = {"source": "s", "detail": {"kind": "k", "id": "i-7", "zone": 7}}
    assert matcher.matches(event) == [f"{number:03}" for number in range(7, 500, 50)]
    buckets = matcher._index.reached(matcher._fields.read(event) or {})
    assert sum(len(bucket.clauses) for bucket in buckets) < 40
    for number in range(7, 500, 50):
        matcher.remove(f"{number:03}")
    assert matcher.matches(event) == []


def test_names_are_sorted_whatever_the_order_of_adding() -> None:
    matcher = Matcher()
    for name in ("b", "c", "a"):
        matcher.add(name, {"x": [1]})
    assert matcher.matches({"x": 1}) == ["a", "b", "c"]
    assert list(matcher) == ["b", "c", "a"]


def test_adding_a_name_again_replaces_its_pattern() -> None:
    matcher = Matcher()
    matcher.add("rule", {"x": [1]})
    matcher.add("rule", {"x": [2]})
    assert len(matcher) == 1
    assert matcher.matches({"x": 1}) == []
    assert matcher.matches({"x": 2}) == ["rule"]


def test_a_bad_pattern_changes_nothing() -> None:
    matcher = Matcher()
    matcher.add("rule", {"x": [1]})
    with pytest.raises(InvalidPattern):
        matcher.add("rule", {"x": []})
    assert matcher.matches({"x": 1}) == ["rule"]


def test_unknown_names() -> None:
    matcher = Matcher()
    with pytest.raises(KeyError):
        matcher.remove("rule")
    with pytest.raises(KeyError):
        matcher.explain("rule", {})


def test_a_rule_is_named_once_however_many_of_its_branches_hold() -> None:
    matcher = Matcher()
    matcher.add("rule", {"$or": [{"x": [1]}, {"y": [{"exists": True}]}, {"z": ["a", {"prefix": "a"}]}]})
    assert matcher.matches({"x": 1, "y": 2, "z": "a"}) == ["rule"]
    assert matcher.matches({"x": 2}) == []


@pytest.mark.parametrize("event", ["", "x", "[]", "1", b"\xff", '{"a": 1', "[" * 5000])
def test_events_that_are_not_objects(event: str | bytes) -> None:
    with pytest.raises(InvalidEvent):
        Matcher().matches(event)


def test_events_may_be_text_bytes_or_dictionaries() -> None:
    matcher = Matcher()
    matcher.add("rule", b'{"x": [true]}')
    assert (
        matcher.matches({"x": True})
        == matcher.matches('{"x": true}')
        == matcher.matches(b'{"x":true}')
        == ["rule"]
    )


def test_deep_events_are_answered() -> None:
    deep: dict[str, Any] = {"x": 1}
    arrays: Any = 1
    for _ in range(5000):
        deep = {"a": deep}
        arrays = [arrays]
    matcher = Matcher()
    matcher.add("deep", {".".join(["a"] * 150): {"b": [1]}})
    matcher.add("x", {"x": [1]})
    matcher.add("x.y", {"x": {"y": [{"exists": False}]}})
    assert matcher.matches(deep) == ["x.y"]
    assert matcher.matches({"x": arrays}) == ["x", "x.y"]
    assert matches({"x": [1]}, {"x": arrays})
    assert matcher.explain("x", {"x": arrays}).matched
