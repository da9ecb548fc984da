"""Each operator against values, by itself and within an index."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest

from windsock.languages.patterns import Matcher, matches


class Marker(Enum):
    """What stands for a field that is not there; names of tests are made of it, so it is the same always."""

    ABSENT = "absent"


ABSENT = Marker.ABSENT
IPV6 = "2001:db8::1"

CASES: list[tuple[list[Any], list[Any], list[Any]]] = [
    # alternatives of the field, values that pass, values that do not
    (["a"], ["a", ["b", "a"], [["a"]]], ["A", "ab", None, 1, True, [], {}, {"a": "a"}, ABSENT]),
    (["a", 1], ["a", 1, 1.0], ["1", True, 2]),
    (["1"], ["1"], [1, 1.0]),
    ([1], [1, 1.0, [0, 1]], ["1", True, 1.5, None]),
    ([0], [0, 0.0, -0.0], [False, "", None]),
    ([300], [300, 300.0, 3.0e2], [301, "300"]),
    ([123456789012345678901234567890], [1.2345678901234568e29], [1]),
    ([True], [True, [False, True]], [1, "true", False]),
    ([False], [False], [0, "false", None, ABSENT]),
    ([None], [None, ["x", None]], ["null", "", 0, False, [], ABSENT]),
    ([""], ["", ["x", ""]], [" ", None]),
    (["10.0.0.1"], ["10.0.0.1", "10.0.0.01"], ["10.0.0.2", "10.0.0.1/32"]),
    ([IPV6], [IPV6, "2001:0DB8:0:0:0:0:0:1"], ["2001:db8::2", "::"]),
    (["a:b"], ["a:b"], ["a:c"]),
    ([{"exactly": "a"}], ["a"], ["b", 1]),
    ([{"exists": True}], ["", None, 0, False, ["x"]], [{}, [], {"a": 1}, [[]], [{"a": 1}], ABSENT]),
    ([{"exists": False}], [{}, [], {"a": 1}, ABSENT], ["", None, 0, False, ["x"]]),
    ([{"prefix": "ab"}], ["ab", "abc", ["x", "abc"]], ["a", "ABc", "xab", None, 1, ABSENT]),
    ([{"prefix": ""}], ["", "x"], [1, None, ABSENT]),
    ([{"prefix": {"equals-ignore-case": "aB"}}], ["ab", "ABc"], ["a", "xab", 1]),
    ([{"suffix": "ab"}], ["ab", "cab"], ["b", "CAB", "abx", None, 1, ABSENT]),
    ([{"suffix": ""}], ["", "x"], [1, None, ABSENT]),
    ([{"suffix": {"equals-ignore-case": "aB"}}], ["ab", "cAB"], ["b", "abx", 1]),
    ([{"equals-ignore-case": "Ab"}], ["ab", "AB", ["x", "aB"]], ["abc", 1, None, ABSENT]),
    ([{"wildcard": "a*b"}], ["ab", "axb", "aabb"], ["a", "b", "abx", "xab", None, 1, ABSENT]),
    ([{"wildcard": "*"}], ["", "x"], [1, None, ABSENT]),
    ([{"wildcard": "*x*"}], ["x", "axb"], ["", "ab", 1]),
    ([{"wildcard": "*ab*bc"}], ["abbc", "xababbc", "ababcbc"], ["abc", "bcab"]),
    ([{"wildcard": "aa*aa"}], ["aaaa", "aabaa"], ["aaa", "aa"]),
    ([{"wildcard": "ab"}], ["ab"], ["aab", "a*b"]),
    ([{"wildcard": "a\\*b"}], ["a*b"], ["axb", "a\\*b"]),
    ([{"wildcard": "a\\\\*"}], ["a\\", "a\\b"], ["a", "a*"]),
    ([{"anything-but": "a"}], ["b", 1, None, True, ["a", "b"]], ["a", ["a"], [], {}, ABSENT]),
    ([{"anything-but": ["a", "b"]}], ["c", 1, ["a", "c"]], ["a", "b", ["a", "b"], ABSENT]),
    ([{"anything-but": 1}], ["1", 2, True, None], [1, 1.0, ABSENT]),
    ([{"anything-but": [0, 1]}], ["a", 2, False], [0, 1.0, ABSENT]),
    ([{"anything-but": {"prefix": "a"}}], ["b", 1, None, ["a", "b"]], ["a", "ab", ["a", "ab"], ABSENT]),
    ([{"anything-but": {"prefix": ["a", "b"]}}], ["c"], ["ab", "b", ABSENT]),
    ([{"anything-but": {"suffix": "a"}}], ["ab", 1], ["ba", ABSENT]),
    ([{"anything-but": {"suffix": ["a", "b"]}}], ["c"], ["ab", "ba", ABSENT]),
    ([{"anything-but": {"equals-ignore-case": "a"}}], ["b", None], ["a", "A", ABSENT]),
    ([{"anything-but": {"equals-ignore-case": ["a", "b"]}}], ["c"], ["A", "B", ABSENT]),
    ([{"anything-but": {"wildcard": "a*b"}}], ["a", 1], ["ab", "axb", ABSENT]),
    ([{"anything-but": {"wildcard": ["a*", "*b"]}}], ["c"], ["ab", "xb", "a", ABSENT]),
    ([{"numeric": ["=", 300]}], [300, 300.0, 3e2], [301, "300", True]),
    ([{"numeric": ["<", 5]}], [4.999, -7, 0], [5, 6, "4", True, None, ABSENT]),
    ([{"numeric": ["<=", 5]}], [5, 5.0, -1e300], [5.1, "5", True]),
    ([{"numeric": [">", 5]}], [5.001, 1e300, 10**400], [5, 4, "6", True]),
    ([{"numeric": [">=", 5]}], [5, 6], [4.9, False]),
    ([{"numeric": [">", 0, "<=", 5]}], [0.5, 5], [0, 5.5, -1, 10**400, "3"]),
    ([{"numeric": [">=", 0, "<", 5]}], [0, 4.9], [5, -0.1]),
    ([{"numeric": [">", 1.5, "<", 1.6]}], [1.55], [1.5, 1.6]),
    ([{"cidr": "10.0.0.0/24"}], ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "10.0.0.256", "x", 10, ABSENT]),
    ([{"cidr": "10.0.0.77/24"}], ["10.0.0.0", "10.0.0.255"], ["10.0.1.77"]),
    ([{"cidr": "0.0.0.0/0"}], ["255.255.255.255"], ["::", "10.0.0"]),
    ([{"cidr": "2001:db8::/32"}], [IPV6, "2001:DB8:ffff::"], ["2001:db9::", "10.0.0.1", "zz::"]),
    ([{"anything-but": "a"}, {"exists": False}], ["b", ABSENT, {}], ["a"]),
    ([{"numeric": [">", 100]}, {"prefix": "x"}, None], [101, "xy", None], [1, "y", ABSENT]),
]


def verdict(alternatives: list[Any], value: Any) -> bool:
    event = {"id": "1"} if value is ABSENT else {"id": "1", "field": value}
    pattern = {"id": ["1"], "field": alternatives}
    matcher = Matcher()
    matcher.add("other", {"field": [{"prefix": "other"}], "id": ["1"]})
    matcher.add("rule", pattern)
    found = "rule" in matcher.matches(event)
    assert found is matches(pattern, event)
    assert matcher.explain("rule", event).matched is found
    return found


@pytest.mark.parametrize(
    ("alternatives", "value"), [(case[0], value) for case in CASES for value in case[1]], ids=repr
)
def test_passes(alternatives: list[Any], value: Any) -> None:
    assert verdict(alternatives, value)


@pytest.mark.parametrize(
    ("alternatives", "value"), [(case[0], value) for case in CASES for value in case[2]], ids=repr
)
def test_fails(alternatives: list[Any], value: Any) -> None:
    assert not verdict(alternatives, value)


@pytest.mark.parametrize("spelling", ["300", "300.0", "3.0e2", "3E+2", "30000e-2"])
def test_number_spellings_are_equal(spelling: str) -> None:
    for other in ("300", "300.0", "3.0e2"):
        event = f'{{"n": {spelling}}}'
        assert matches(f'{{"n": [{other}]}}', event)
        assert not matches(f'{{"n": [{{"anything-but": {other}}}]}}', event)


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        ({"a.b": ["x"]}, {"a": {"b": "x"}}, True),
        ({"a": {"b": ["x"]}}, {"a.b": "x"}, True),
        ({"a.b": {"c": ["x"]}}, {"a": {"b.c": "x"}}, True),
        ({"a.b": ["x"]}, {"a.b": "y", "a": {"b": "x"}}, True),
        ({"a": {"": ["x"]}}, {"a.": "x"}, True),
        ({"a.b": ["x"]}, {"a": {"c": "x"}}, False),
        ({"a": ["x"]}, {"a.b": "x"}, False),
    ],
)
def test_dotted_names_are_nested_names(pattern: Any, event: Any, expected: bool) -> None:
    matcher = Matcher()
    matcher.add("rule", pattern)
    assert matches(pattern, event) is expected
    assert matcher.matches(event) == (["rule"] if expected else [])
