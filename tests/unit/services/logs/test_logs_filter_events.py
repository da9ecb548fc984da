"""FilterLogEvents: a search through a group."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.conftest import START_MS
from tests.unit.services.logs.conftest import Logs, all_pages, messages

from windsock.engine.pages import make_token
from windsock.services.logs.limits import MERGED_STREAMS, SEARCHED_EVENTS

SEVEN_YEARS_S = 7 * 366 * 86_400


async def search(logs: Logs, **params: Any) -> dict[str, Any]:
    return await logs("FilterLogEvents", logGroupName="g", **params)


async def make_events(logs: Logs) -> None:
    """Events of three streams, interleaved; their messages count up in the order of a search."""
    await logs.make("g", "web/1", "web/2", "db")
    await logs.put("g", "web/2", (1, "1 a"), (3, "3 b"))
    await logs.put("g", "db", (0, "0 a"), (2, "2 b"), (5, "5 a"))
    await logs.put("g", "web/1", (3, "4 a"), (6, "6 b"))


def digits(answer: dict[str, Any]) -> str:
    return "".join(message[0] for message in messages(answer))


async def test_events_of_all_streams_are_interleaved_with_their_stream_and_id(logs: Logs) -> None:
    await make_events(logs)
    answer = await search(logs)
    assert digits(answer) == "0123456"
    assert answer["searchedLogStreams"] == []
    assert "nextToken" not in answer
    first = answer["events"][0]
    assert (first["logStreamName"], first["timestamp"], first["ingestionTime"]) == ("db", START_MS, START_MS)
    ids = [event["eventId"] for event in answer["events"]]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"logStreamNames": ["db"]}, "025"),
        ({"logStreamNames": ["web/1", "db", "db"]}, "02456"),
        ({"logStreamNamePrefix": "web/"}, "1346"),
        ({"logStreamNamePrefix": "none"}, ""),
        ({"startTime": START_MS + 3}, "3456"),
        ({"endTime": START_MS + 3}, "01234"),
        ({"startTime": START_MS + 2, "endTime": START_MS + 3, "logStreamNames": ["db", "web/2"]}, "23"),
        ({"filterPattern": "a"}, "0145"),
        ({"filterPattern": ""}, "0123456"),
        ({"filterPattern": "b", "logStreamNamePrefix": "web/"}, "36"),
        ({"interleaved": False}, "0123456"),
    ],
)
async def test_a_search_is_narrowed(logs: Logs, params: dict[str, Any], expected: str) -> None:
    await make_events(logs)
    assert digits(await search(logs, **params)) == expected
    find = partial(search, logs, **params)
    pages = await all_pages(find, "events", limit=1)
    assert "".join(event["message"][0] for page in pages for event in page) == expected
    assert all(len(page) <= 1 for page in pages)


@pytest.mark.parametrize("params", [{}, {"logStreamNames": ["web/1", "web/2", "db"]}, {"filterPattern": "a"}])
async def test_a_search_from_the_newest_is_the_reverse(logs: Logs, params: dict[str, Any]) -> None:
    await logs.driver.advance(SEVEN_YEARS_S)
    now = logs.driver.clock.now_ms()
    await logs.make("g", "web/1", "web/2", "db")
    for stream in ("db", "web/2", "web/1"):
        events = [{"timestamp": now + index, "message": f"{index} {stream} a"} for index in range(3)]
        await logs("PutLogEvents", logGroupName="g", logStreamName=stream, logEvents=events)
    forward = messages(await search(logs, startTime=now, **params))
    backward = partial(search, logs, startTime=now, startFromHead=False, **params)
    assert messages(await backward()) == forward[::-1]
    pages = await all_pages(backward, "events", limit=2)
    assert [event["message"] for page in pages for event in page] == forward[::-1]


async def test_a_search_from_the_newest_begins_no_earlier_than_2024(logs: Logs) -> None:
    await logs.make("g")
    code, _ = await logs.refused("FilterLogEvents", logGroupName="g", startFromHead=False, startTime=START_MS)
    assert code == "InvalidParameterException"


async def test_a_prefix_of_very_many_streams_finds_their_events(logs: Logs) -> None:
    many = MERGED_STREAMS + 5
    await logs.make("g", "other", *(f"web/{number}" for number in range(many)))
    await logs.put("g", "other", (0, "other"))
    for number in range(many):
        await logs.put("g", f"web/{number}", (number, str(number)))
    found = messages(await search(logs, logStreamNamePrefix="web/"))
    assert found == [str(number) for number in range(many)]


async def test_a_long_search_answers_early_with_a_token(logs: Logs) -> None:
    await logs.make("g", "s")
    await logs.put("g", "s", *((0, "hay") for _ in range(SEARCHED_EVENTS)))
    await logs.put("g", "s", (1, "needle"))
    answer = await search(logs, filterPattern="needle")
    assert answer["events"] == []
    answer = await search(logs, filterPattern="needle", nextToken=answer["nextToken"])
    assert messages(answer) == ["needle"]
    assert "nextToken" not in answer


async def test_a_page_holds_no_more_than_a_megabyte(logs: Logs) -> None:
    await logs.make("g", "s")
    for index in range(3):
        await logs.put("g", "s", (index, str(index) * 500_000))
    pages = await all_pages(partial(search, logs), "events")
    assert [[event["message"][0] for event in page] for page in pages] == [["0", "1"], ["2"]]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"logStreamNames": ["s"], "logStreamNamePrefix": "s"}, "InvalidParameterException"),
        ({"logStreamNames": ["none"]}, "ResourceNotFoundException"),
        ({"nextToken": "bogus"}, "InvalidParameterException"),
        ({"nextToken": "WzEsMl0="}, "InvalidParameterException"),
        ({"nextToken": make_token([1, 2**63, 0])}, "InvalidParameterException"),
        ({"filterPattern": "{ $.a = "}, "InvalidParameterException"),
    ],
)
async def test_wrong_parameters_are_refused(logs: Logs, params: dict[str, Any], code: str) -> None:
    await logs.make("g", "s")
    await logs.put("g", "s", (0, "m"))
    assert (await logs.refused("FilterLogEvents", logGroupName="g", **params))[0] == code


async def test_following_a_group_shows_every_event_once(logs: Logs) -> None:
    """As `aws logs tail --follow` does: begin at the newest timestamp again, leave out ids seen at it."""
    await logs.make("g", "s", "t")
    shown: list[str] = []
    seen: set[str] = set()
    start = START_MS - 600_000

    async def poll() -> None:
        nonlocal start
        params: dict[str, Any] = {"startTime": start, "interleaved": True}
        while True:
            answer = await search(logs, **params)
            for event in answer["events"]:
                if event["eventId"] not in seen:
                    seen.add(event["eventId"])
                    shown.append(event["message"])
                start = max(start, event["timestamp"])
            if "nextToken" not in answer:
                return
            params["nextToken"] = answer["nextToken"]

    await poll()
    await logs.put("g", "s", (0, "one"), (0, "two"))
    await poll()
    await logs.put("g", "t", (0, "three"))
    await logs.put("g", "s", (1, "four"))
    await poll()
    await poll()
    assert shown == ["one", "two", "three", "four"]
