"""The questions about single values that the languages share."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.values import Wildcard, from_json, parse_cidr, parse_ip, to_decimal, to_json


@pytest.mark.parametrize("value", [300, 300.0, "300", "300.0", "3.0e2", "+300", "0300", Decimal(300)])
def test_spellings_of_one_number(value: Any) -> None:
    assert to_decimal(value) == 300


@pytest.mark.parametrize(
    "value",
    [
        "",
        "abc",
        "1_000",
        " 1",
        "1e",
        "0x10",
        "Infinity",
        "nan",
        "٣",
        "1" * 500,
        "1e" + "9" * 100,
        True,
        None,
        [1],
    ],
)
def test_what_is_no_number(value: Any) -> None:
    assert to_decimal(value) is None


def test_floats_that_are_no_numbers() -> None:
    assert to_decimal(float("nan")) is None
    assert to_decimal(float("inf")) is None


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True, "ü\n"]}, 2**70, [[]], {"": {}}, "\u2028"])
def test_json_without_white_space(value: Any) -> None:
    text = to_json(value)
    assert json.loads(text) == value
    assert " " not in text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(JSON_VALUES)
@settings(max_examples=200)
def test_json_is_read_exactly(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    read = from_json(text)
    assert (read, json.dumps(read, ensure_ascii=False)) == (value, text)
    assert from_json(text.encode()) == value


@pytest.mark.parametrize("text", ["", "nope", "[NaN, 1234567890123456789012]", "[" * 5000 + "9" * 20])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def test_lone_surrogates_are_written_as_question_marks() -> None:
    assert to_json({"\ud800": ["a\udc00", "\U0001f600"]}) == '{"?":["a?","\U0001f600"]}'


@given(
    pattern=st.text("ab*", max_size=8),
    text=st.text("ab", max_size=10),
)
@settings(max_examples=200, deadline=None)
def test_gaps_agree_with_a_regular_expression(pattern: str, text: str) -> None:
    expression = ".*".join(map(re.escape, pattern.split("*")))
    assert Wildcard(tuple(pattern.split("*"))).matches(text) is (re.fullmatch(expression, text) is not None)


def test_escaped_gaps() -> None:
    assert Wildcard.of_escaped(r"a\*b*").parts == ("a*b", "")
    assert Wildcard.of_escaped(r"\\*").parts == ("\\", "")
    for pattern in ("a**", "a\\", "a\\n"):
        with pytest.raises(ValueError, match="at pos"):
            Wildcard.of_escaped(pattern)


@pytest.mark.parametrize(
    ("block", "inside", "outside"),
    [
        ("10.0.0.0/24", "10.0.0.255", "10.0.1.0"),
        ("10.0.0.200/24", "10.0.0.1", "10.0.1.1"),
        ("10.0.0.1/32", "10.0.0.1", "10.0.0.2"),
        ("0.0.0.0/0", "255.255.255.255", "::1"),
        ("2001:db8::/64", "2001:0DB8:0:0::ff", "2001:db8:0:1::"),
    ],
)
def test_blocks_of_addresses(block: str, inside: str, outside: str) -> None:
    network = parse_cidr(block)
    assert parse_ip(inside) in network
    assert parse_ip(outside) not in network


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ("10.0.0.0", "one '/' required"),
        ("10.0.0.0/8/8", "one '/' required"),
        ("10.0.0.0/x", "mask bits must be an integer"),
        ("10.0.0.0/", "mask bits must be an integer"),
        ("10.0.0.0/-1", "mask bits must not be negative"),
        ("10.0.0/8", "Nonstandard IP address: 10.0.0"),
        ("10.0.0.0/33", "IPv4 mask bits must be < 32"),
        ("::/129", "IPv6 mask bits must be < 128"),
    ],
)
def test_what_is_no_block(block: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_cidr(block)
