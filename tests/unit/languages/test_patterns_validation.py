"""What is refused, with AWS's reasons and places."""

from __future__ import annotations

import json
from typing import Any

import pytest

from windsock.languages.patterns import OR_COMBINATIONS, InvalidPattern, matches, parse

ONE_KEY = "Only one key allowed in match expression"
TOO_MANY = "Too many elements in numeric expression"
NOT_A_VALUE = "Value of anything-but must be an array or single string/number value."
MIXED = "Inside anything but list, either all values are number or string, mixed type is not supported"

FIELDS: list[tuple[Any, str]] = [
    ([], "Empty arrays are not allowed"),
    ([[]], "Match value must be String, number, true, false, or null"),
    ([{}], "Match expression name not found"),
    ("x", '"f" must be an object or an array'),
    (None, '"f" must be an object or an array'),
    ({}, "Empty objects are not allowed"),
    ([{"regex": "x"}], "Unrecognized match type regex"),
    ([{"exactly": 1}], "exact match pattern must be a string"),
    ([{"exists": "true"}], "exists match pattern must be either true or false."),
    ([{"exists": True, "prefix": "a"}], ONE_KEY),
    ([{"prefix": "a", "suffix": "b"}], ONE_KEY),
    ([{"prefix": {}}], "Prefix expression name not found"),
    ([{"suffix": {}}], "Suffix expression name not found"),
    ([{"prefix": {"wildcard": "a"}}], "Unsupported prefix pattern: wildcard"),
    ([{"suffix": {"prefix": "a"}}], "Unsupported suffix pattern: prefix"),
    ([{"prefix": {"equals-ignore-case": 1}}], "equals-ignore-case match pattern must be a string"),
    ([{"prefix": {"equals-ignore-case": "a", "x": 1}}], ONE_KEY),
    ([{"suffix": 1}], "suffix match pattern must be a string"),
    ([{"wildcard": "a**"}], "Consecutive wildcard characters at pos 2"),
    ([{"wildcard": "é**"}], "Consecutive wildcard characters at pos 3"),
    ([{"wildcard": "a\\b"}], "Invalid escape character at pos 2"),
    ([{"wildcard": "a\\"}], "Invalid escape character at pos 2"),
    ([{"anything-but": None}], NOT_A_VALUE),
    ([{"anything-but": True}], NOT_A_VALUE),
    ([{"anything-but": []}], MIXED),
    ([{"anything-but": ["a", 1]}], MIXED),
    ([{"anything-but": ["a", True]}], "Inside anything but list, start|null|boolean is not supported."),
    ([{"anything-but": {}}], "Anything-But expression name not found"),
    ([{"anything-but": {"numeric": ["=", 1]}}], "Unsupported anything-but pattern: numeric"),
    ([{"anything-but": {"prefix": 1}}], "prefix/suffix match pattern must be a string"),
    ([{"anything-but": {"suffix": ["a", ""]}}], "Null prefix/suffix not allowed"),
    ([{"anything-but": {"wildcard": 1}}], "wildcard match pattern must be a string"),
    ([{"anything-but": {"wildcard": ["a**"]}}], "Consecutive wildcard characters at pos 2"),
    ([{"anything-but": {"wildcard": None}}], NOT_A_VALUE),
    ([{"anything-but": "a", "prefix": "b"}], TOO_MANY),
    ([{"anything-but": {"prefix": "a", "suffix": "b"}}], TOO_MANY),
    ([{"numeric": []}], "Invalid member in numeric match: ]"),
    ([{"numeric": [1]}], "Invalid member in numeric match: 1"),
    ([{"numeric": [[]]}], "Invalid member in numeric match: ["),
    ([{"numeric": ["!", 1]}], "Unrecognized numeric range operator: !"),
    ([{"numeric": ["="]}], "Value of equals must be numeric"),
    ([{"numeric": ["<", "1"]}], "Value of < must be numeric"),
    ([{"numeric": ["<", True]}], "Value of < must be numeric"),
    ([{"numeric": ["=", 1, "<", 2]}], TOO_MANY),
    ([{"numeric": ["<", 1, ">", 2]}], TOO_MANY),
    ([{"numeric": [">", 1, 2]}], "Bad value in numeric range: 2"),
    ([{"numeric": [">", 1, {}]}], "Bad value in numeric range: {"),
    ([{"numeric": [">", 1, "=", 2]}], "Bad numeric range operator: ="),
    ([{"numeric": [">", 1, "<"]}], "Value of < must be numeric"),
    ([{"numeric": [">", 1, "<", 2, 3]}], "Too many terms in numeric range expression"),
    ([{"numeric": [">", 2, "<", 2]}], "Bottom must be less than top"),
    ([{"numeric": [">", 10**30 + 1]}], f"Cannot compare number : {10**30 + 1}"),
    ([{"numeric": ["=", 1], "x": 1}], TOO_MANY),
    ([{"cidr": "10.0.0.0"}], "Malformed CIDR, one '/' required"),
    ([{"cidr": "10.0.0.0/8/8"}], "Malformed CIDR, one '/' required"),
    ([{"cidr": "10.0.0.0/-1"}], "Malformed CIDR, mask bits must not be negative"),
    ([{"cidr": "10.0.0.0/32"}], "IPv4 mask bits must be < 32"),
    ([{"cidr": "::/128"}], "IPv6 mask bits must be < 128"),
    ([{"cidr": "10.0.0.256/8"}], "Invalid IP address: 10.0.0.256"),
    ([{"cidr": ":::/8"}], "Invalid IP address: :::"),
]


@pytest.mark.parametrize(("alternatives", "reason"), FIELDS, ids=repr)
def test_reason(alternatives: Any, reason: str) -> None:
    with pytest.raises(InvalidPattern) as of_dictionary:
        parse({"f": alternatives})
    assert str(of_dictionary.value) == of_dictionary.value.reason == reason
    with pytest.raises(InvalidPattern) as of_text:
        parse(json.dumps({"f": alternatives}))
    assert of_text.value.reason == reason
    assert str(of_text.value).startswith(reason)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("{}", 1, 3),
        ('{"a": []}', 1, 9),
        ('{"a": "x"}', 1, 8),
        ('{"a": 12}', 1, 9),
        ('{"a": [1, {"numeric": [">", 1, "<", 0]}]}', 1, 39),
        ('{\n "a": {"b": [ "x" ],\n  "c": [{"prefix" : 1}] }}', 3, 22),
        ('{\r\n "a": [{"wildcard": "a**"}]}', 2, 26),
        ('{"a\\"}": {"x": [{"suffix": [1]}]}}', 1, 29),
    ],
)
def test_place(text: str, line: int, column: int) -> None:
    with pytest.raises(InvalidPattern) as caught:
        parse(text)
    assert str(caught.value).endswith(f'\n at [Source: (String)"{text}"; line: {line}, column: {column}]')


def test_long_sources_are_cut() -> None:
    text = json.dumps({"a": ["x" * 600], "b": []})
    with pytest.raises(InvalidPattern) as caught:
        parse(text)
    assert f'(String)"{text[:500]}"[truncated {len(text) - 500} chars]; line: 1' in str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("plain", "Unrecognized token 'plain'"),
        ("", "Unexpected end-of-input"),
        ('{"a": [1', "Unexpected end-of-input"),
        ('{"a": [1]}}', "Unexpected character ('}' (code 125))"),
        ('{"a": [NaN]}', "Non-standard token 'NaN'"),
        (b'{"a": ["\xff"]}', "Invalid UTF-8"),
        ('"text"', "Filter is not an object"),
        ("[1]", "Filter is not an object"),
    ],
)
def test_what_is_not_a_json_object(text: str | bytes, reason: str) -> None:
    with pytest.raises(InvalidPattern, match="^" + reason.replace("(", r"\(").replace(")", r"\)")):
        parse(text)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ({"$or": [{"a": [1]}]}, "Unrecognized match type a"),
        ({"$or": []}, "Empty arrays are not allowed"),
        ({"$or": "x"}, '"$or" must be an object or an array'),
        ({"$or": [{"numeric": [1]}, {"prefix": [1]}]}, "Value of numeric"),
        ({"x": {"$or": [{"a": [1]}, {"b": 2}]}}, "Unrecognized match type a"),
    ],
)
def test_or_that_is_neither_operator_nor_field(pattern: Any, reason: str) -> None:
    with pytest.raises(InvalidPattern) as caught:
        parse(pattern)
    assert caught.value.reason.startswith(reason) or reason == "Value of numeric"


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        ({"$or": {"a": [1]}}, {"$or": {"a": 1}}, True),
        ({"$or": [1, 2]}, {"$or": 2}, True),
        ({"$or": [{"prefix": "a"}, {"prefix": "b"}]}, {"$or": "bc"}, True),
        ({"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}, {"a": 2}, True),
        ({"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}, {"a": 1}, False),
        ({"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}, {"a": 1, "b": 3}, True),
        ({"$or": [{"a": [2]}, {"b": [3]}], "a": [1]}, {"a": 1}, True),
        ({"d": {"$or": [{"a": [1]}, {"$or": [{"b": [2]}, {"c": [3]}]}]}}, {"d": {"c": 3}}, True),
        (
            {"$or": [{"a": [1]}, {"b": [2]}], "d": {"$or": [{"a": [1]}, {"b": [2]}]}},
            {"a": 1, "d": {"b": 2}},
            True,
        ),
        (
            {"$or": [{"a": [1]}, {"b": [2]}], "d": {"$or": [{"a": [1]}, {"b": [2]}]}},
            {"a": 1, "d": {"b": 1}},
            False,
        ),
    ],
)
def test_or(pattern: Any, event: Any, expected: bool) -> None:
    assert matches(pattern, event) is expected


def test_repeated_objects_add_up_and_of_repeated_arrays_the_last_counts() -> None:
    text = '{"d": {"a": [1], "a": [2]}, "d": {"b": [3]}}'
    assert matches(text, {"d": {"a": 2, "b": 3}})
    assert not matches(text, {"d": {"a": 1, "b": 3}})
    assert not matches(text, {"d": {"a": 2}})


def test_or_combinations_are_limited() -> None:
    def choices(*sizes: int) -> dict[str, Any]:
        return {f"f{n}": {"$or": [{"x": [i]} for i in range(size)]} for n, size in enumerate(sizes)}

    assert len(parse(choices(10, 10, 10)).clauses) == OR_COMBINATIONS
    for sizes in ((10, 10, 11), (2,) * 60):
        with pytest.raises(InvalidPattern, match="combinations"):
            parse(choices(*sizes))


def test_deep_patterns_are_refused() -> None:
    deep: Any = [1]
    for _ in range(5000):
        deep = {"a": deep}
    for pattern in (deep, '{"a":' * 300 + "[1]" + "}" * 300, '{"a":' * 100_000, '{"a":[' * 100_000):
        with pytest.raises(InvalidPattern):
            parse(pattern)


WILDCARDS = [
    (["*:*:*:*:*:event-bus/*"], False),
    (["arn:aws:events:us-east-1:*:event-bus/*"], True),
    (["/Users/*/dir/dir/dir/dir/dir/doc.txt"], True),
    (["*.bif", "*.tiff", "*.tif", "*.svs"], True),
    (["*/datasync/*.bif", "*/datasync/*.tif"], True),
    (["*/datasync/*.bif", "*/datasync/*.tif", "*/datasync/*.svs", "*/datasync/*.tiff"], False),
    (["*:stack/a/*", "*:stack/b/*", "*:stack/c/*"], True),
    (["*:stack/a/*", "*:stack/b/*", "*:stack/c/*", "*:stack/d/*"], False),
    (["*" + "aaaaaaaaaaaaaaaaaaaa" + "*"], False),
    (["*".join("abcdefghijklmnopqrstuvwxyz" * 20)], False),
]


@pytest.mark.parametrize(("texts", "accepted"), WILDCARDS)
def test_wildcard_complexity(texts: list[str], accepted: bool) -> None:
    pattern = {"f": [{"wildcard": text} for text in texts]}
    if accepted:
        parse(pattern)
        return
    with pytest.raises(
        InvalidPattern, match=r"^Rule is too complex - try using fewer wildcard characters or fewer"
    ):
        parse(pattern)
