"""The regular expressions of filter patterns agree with Python's, and do not go back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.filters.logs.errors import InvalidFilter
from windsock.languages.filters.logs.regex import Regex


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        ("^[hc]at", "hat", True),
        ("^[hc]at", "the hat", False),
        ("[hc]at$", "the cat", True),
        ("[hc]at$", "the cats", False),
        ("colou?r", "color", True),
        ("colou?r", "colour", True),
        ("[abcx-z]", "d", False),
        ("[abcx-z]", "y", True),
        ("^a{3,5}$", "aaa", True),
        ("^a{3,5}$", "aa", False),
        ("^a{3,5}$", "aaaaaa", False),
        ("gra|ey", "grey", True),
        ("10\\.10\\.0\\.1", "10.10.0.1", True),
        ("10\\.10\\.0\\.1", "10x10.0.1", False),
        ("10*1", "11", True),
        ("ab+c", "ac", False),
        ("\\d\\D\\s\\S\\w\\W", "1a b_!", True),
        ("\\x3a", ":", True),
        ("[^abc]", "abc", False),
        ("[\\d-]+x", "1-2x", True),
        ("^$", "", True),
        ("^$", "x", False),
        ("a|", "zzz", True),
        (".", "", False),
    ],
)
def test_searches(expression: str, text: str, found: bool) -> None:
    assert Regex.parse(expression).search(text) is found


def test_a_long_expression_is_refused() -> None:
    with pytest.raises(InvalidFilter, match="too long"):
        Regex.parse("a{900}b{900}c{900}")


def test_a_text_made_to_go_back_is_searched_in_one_pass() -> None:
    # In one pass this is a hundred thousand steps; going back it would be more than there is time for.
    assert not Regex.parse("a*a*a*a*a*a*a*a*a*b").search("a" * 100_000)


_ONE = st.sampled_from(["a", "b", "1", ".", "\\d", "\\w", "[ab]", "[^a]", "[a-b1]"])
_QUANTIFIED = st.tuples(_ONE, st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,}", "{0,2}"])).map("".join)
_ROW = st.tuples(
    st.sampled_from(["", "^"]),
    st.lists(_QUANTIFIED, min_size=1, max_size=4).map("".join),
    st.sampled_from(["", "$"]),
).map("".join)


@given(st.lists(_ROW, min_size=1, max_size=3).map("|".join), st.text("ab1_-", max_size=8))
@settings(max_examples=200, deadline=None)
def test_agrees_with_python(expression: str, text: str) -> None:
    expected = re.search(expression, text, re.ASCII) is not None
    assert Regex.parse(expression).search(text) is expected
