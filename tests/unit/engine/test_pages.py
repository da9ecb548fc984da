"""Pages of lists and their tokens."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.engine.pages import InvalidPageToken, make_token, page, read_token

PARTS = st.one_of(st.text(st.characters(codec="utf-8")), st.integers(-(2**63), 2**63 - 1))


def token_of(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@settings(max_examples=100, deadline=None)
@given(st.lists(PARTS))
def test_a_token_holds_the_key_it_was_made_of(key: list[str | int]) -> None:
    assert read_token(make_token(key), key) == key


def test_one_text_is_the_key_of_one_part() -> None:
    assert read_token(make_token("Zoë/?>"), [""]) == ["Zoë/?>"]


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="empty"),
        pytest.param("no token!", id="no base64"),
        pytest.param("ÿ", id="not even ASCII"),
        pytest.param("YQ", id="base64 without its padding"),
        pytest.param(base64.b64encode(b"\xff\xfe").decode(), id="no text inside"),
        pytest.param(token_of("a"), id="no JSON inside"),
        pytest.param(token_of('{"a": 1}'), id="no list inside"),
        pytest.param(make_token(["a"]), id="a part too few"),
        pytest.param(make_token(["a", 1, 1]), id="a part too many"),
        pytest.param(make_token([1, "a"]), id="parts of other types"),
        pytest.param(token_of('["a", true]'), id="a boolean is no number"),
        pytest.param(token_of('["a", 1.0]'), id="a fraction is no number"),
        pytest.param(make_token(["a", 2**63]), id="a number the store cannot hold"),
    ],
)
def test_a_token_that_is_none_of_this_list_is_invalid(token: str) -> None:
    with pytest.raises(InvalidPageToken):
        read_token(token, ["", 0])


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_show_each_item_once_in_order(size: int) -> None:
    items = [("a", 1), ("a", 2), ("b", 1), ("c", 0), ("c", 5), ("d", 1)]
    shown: list[str] = []
    after: list[Any] = ["", 0]
    while True:
        found = [item for item in items if list(item) > after]
        answer = page("Items", found[: size + 1], size, lambda item: item, lambda item: f"{item[0]}{item[1]}")
        shown += answer["Items"]
        assert len(answer["Items"]) <= size
        if "NextToken" not in answer:
            break
        after = read_token(answer["NextToken"], after)
    assert shown == ["a1", "a2", "b1", "c0", "c5", "d1"]


def test_a_page_that_is_just_full_is_the_last() -> None:
    assert page("Names", ["a", "b"], 2, str, str.upper) == {"Names": ["A", "B"]}
    assert page("Names", [], 2, str, str.upper) == {"Names": []}


def test_the_token_stands_under_the_member_that_is_asked_for() -> None:
    answer = page("names", ["a", "b"], 1, str, str, next_member="nextToken")
    assert answer == {"names": ["a"], "nextToken": make_token("a")}
