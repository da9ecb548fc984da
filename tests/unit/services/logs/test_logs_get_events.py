"""GetLogEvents: pages in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import START_MS
from tests.unit.services.logs.conftest import Logs, messages

from windsock.services.logs.positions import Position, event_id, read_token, write_token


async def get(logs: Logs, **params: Any) -> dict[str, Any]:
    return await logs("GetLogEvents", logGroupName="g", logStreamName="s", **params)


async def make_events(logs: Logs, count: int) -> None:
    await logs.make("g", "s", "other")
    await logs.put("g", "s", *((index // 3, str(index)) for index in range(count)))
    await logs.put("g", "other", *((index, "other") for index in range(count)))


async def walk(logs: Logs, token: str, **params: Any) -> list[list[str]]:
    """The pages from the start in a direction until the token stays the same."""
    pages = []
    answer = await get(logs, **params)
    while True:
        pages.append(messages(answer))
        before = answer[token]
        answer = await get(logs, **params, nextToken=before)
        if answer[token] == before:
            assert answer["events"] == []
            return pages


async def test_pages_forward_from_the_oldest(logs: Logs) -> None:
    await make_events(logs, 10)
    pages = await walk(logs, "nextForwardToken", startFromHead=True, limit=4)
    assert pages == [["0", "1", "2", "3"], ["4", "5", "6", "7"], ["8", "9"]]


async def test_pages_backward_from_the_newest_each_in_order(logs: Logs) -> None:
    await make_events(logs, 10)
    pages = await walk(logs, "nextBackwardToken", limit=4)
    assert pages == [["6", "7", "8", "9"], ["2", "3", "4", "5"], ["0", "1"]]


async def test_one_can_turn_round(logs: Logs) -> None:
    await make_events(logs, 10)
    first = await get(logs, startFromHead=True, limit=4)
    second = await get(logs, nextToken=first["nextForwardToken"], startFromHead=True, limit=4)
    back = await get(logs, nextToken=second["nextBackwardToken"], limit=4)
    assert messages(back) == messages(first)
    at_end = await get(logs, nextToken=(await get(logs))["nextForwardToken"], startFromHead=True)
    assert messages(await get(logs, nextToken=at_end["nextBackwardToken"], limit=2)) == ["8", "9"]


async def test_new_events_appear_behind_a_forward_token(logs: Logs) -> None:
    await logs.make("g", "s")
    empty = await get(logs)
    assert (await get(logs, nextToken=empty["nextForwardToken"]))["nextForwardToken"] == empty[
        "nextForwardToken"
    ]
    await logs.put("g", "s", (5, "one"))
    page = await get(logs, nextToken=empty["nextForwardToken"])
    assert messages(page) == ["one"]
    await logs.put("g", "s", (5, "two"))
    assert messages(await get(logs, nextToken=page["nextForwardToken"])) == ["two"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(None, None, "0123456789"), (1, None, "3456789"), (None, 1, "012"), (1, 3, "345678"), (2, 2, "")],
)
@pytest.mark.parametrize("from_head", [True, False])
async def test_a_range_holds_its_start_and_not_its_end(
    logs: Logs, start: int | None, end: int | None, expected: str, from_head: bool
) -> None:
    await make_events(logs, 10)
    params = {"startTime": start, "endTime": end}
    bounds = {name: START_MS + value for name, value in params.items() if value is not None}
    assert "".join(messages(await get(logs, **bounds, startFromHead=from_head))) == expected


async def test_a_page_holds_no_more_than_a_megabyte(logs: Logs) -> None:
    await logs.make("g", "s")
    for index in range(3):
        await logs.put("g", "s", (index, str(index) * 500_000))
    pages = await walk(logs, "nextForwardToken", startFromHead=True)
    assert [[message[0] for message in page] for page in pages] == [["0", "1"], ["2"]]


async def test_a_page_is_found_without_reading_what_is_before_it(logs: Logs) -> None:
    await logs.make("g", "s")
    for batch in range(3):
        await logs.put("g", "s", *((batch, str(batch)) for _ in range(10_000)))
    page = await get(logs, limit=3)
    for _ in range(3):
        assert messages(page) == ["2", "2", "2"]
        page = await get(logs, limit=3, nextToken=page["nextBackwardToken"])
    assert messages(await get(logs, startFromHead=True, startTime=START_MS + 1, limit=1)) == ["1"]


LATEST = 2**63 - 1


@pytest.mark.parametrize(
    ("params", "expected"), [({"startTime": LATEST}, []), ({"endTime": LATEST}, ["one"])]
)
async def test_times_beyond_all_events_are_taken(
    logs: Logs, params: dict[str, Any], expected: list[str]
) -> None:
    await logs.make("g", "s")
    await logs.put("g", "s", (0, "one"))
    page = await get(logs, **params)
    assert messages(page) == expected
    assert (await get(logs, **params, nextToken=page["nextForwardToken"]))["events"] == []
    assert messages(await logs("FilterLogEvents", logGroupName="g", **params)) == expected


@pytest.mark.parametrize("token", ["f/1/s", f"f/{'9' * 64}/s", f"x/{'0' * 56}/s", f"f/{2**143:056d}/s"])
async def test_a_token_that_is_none_is_refused(logs: Logs, token: str) -> None:
    await logs.make("g", "s")
    assert await logs.refused("GetLogEvents", logGroupName="g", logStreamName="s", nextToken=token) == (
        "InvalidParameterException",
        "The specified nextToken is invalid.",
    )


@given(st.booleans(), st.integers(0, 2**41), st.integers(0, 2**60), st.integers(0, 2**60 - 1))
def test_tokens_hold_their_position(forward: bool, time_ms: int, seq: int, group: int) -> None:
    text = write_token(forward, group, Position(time_ms, seq))
    assert read_token(text) == (forward, (time_ms, seq))


@given(
    st.tuples(st.integers(0, 2**41), st.integers(0, 2**60)),
    st.tuples(st.integers(0, 2**41), st.integers(0, 2**60)),
)
def test_event_ids_sort_as_events_do(one: tuple[int, int], two: tuple[int, int]) -> None:
    ids = [event_id(7, Position(*each)) for each in (one, two)]
    assert (ids[0] < ids[1]) == (one < two)
    assert {len(each) for each in ids} == {56}
