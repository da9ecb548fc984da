"""Log streams and their lists."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.conftest import START_MS
from tests.unit.services.logs.conftest import HOUR, Logs, all_pages


def names(page: list[dict[str, Any]]) -> list[str]:
    return [stream["logStreamName"] for stream in page]


async def test_a_stream_shows_its_events_once_it_has_some(logs: Logs) -> None:
    await logs.make("g", "s")
    [stream] = (await logs("DescribeLogStreams", logGroupName="g"))["logStreams"]
    assert stream == {
        "logStreamName": "s",
        "creationTime": START_MS,
        "arn": "arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:s",
        "storedBytes": 0,
    }
    await logs.driver.advance(60)
    await logs.put("g", "s", (-HOUR, "one"), (5, "two"))
    await logs.put("g", "s", (-2 * HOUR, "earlier"))
    [stream] = (await logs("DescribeLogStreams", logGroupName="g"))["logStreams"]
    assert stream["firstEventTimestamp"] == START_MS - 2 * HOUR
    assert stream["lastEventTimestamp"] == START_MS + 5
    assert stream["lastIngestionTime"] == START_MS + 60_000
    assert len(stream["uploadSequenceToken"]) == 56


@pytest.mark.parametrize(
    ("order", "descending", "pages"),
    [
        ("LogStreamName", False, [["a", "b"], ["c", "d"], ["e"]]),
        ("LogStreamName", True, [["e", "d"], ["c", "b"], ["a"]]),
        ("LastEventTime", False, [["c", "e"], ["b", "d"], ["a"]]),
        ("LastEventTime", True, [["a", "d"], ["b", "e"], ["c"]]),
    ],
)
async def test_streams_are_listed_in_pages(
    logs: Logs, order: str, descending: bool, pages: list[list[str]]
) -> None:
    await logs.make("g", "e", "d", "c", "b", "a")
    for stream, after in (("a", 30), ("b", 20), ("d", 20)):
        await logs.put("g", stream, (after, "hello"))
    describe = partial(logs, "DescribeLogStreams", logGroupName="g", orderBy=order, descending=descending)
    assert [names(page) for page in await all_pages(describe, "logStreams", limit=2)] == pages


@pytest.mark.parametrize("descending", [False, True])
async def test_streams_are_listed_by_prefix(logs: Logs, descending: bool) -> None:
    await logs.make("g", "web/1", "web/2", "db/1", "web")
    answer = await logs(
        "DescribeLogStreams", logGroupName="g", logStreamNamePrefix="web/", descending=descending
    )
    expected = ["web/1", "web/2"]
    assert names(answer["logStreams"]) == (expected[::-1] if descending else expected)


async def test_a_prefix_does_not_go_with_an_order_by_event(logs: Logs) -> None:
    await logs.make("g")
    assert await logs.refused(
        "DescribeLogStreams", logGroupName="g", logStreamNamePrefix="w", orderBy="LastEventTime"
    ) == ("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.")


@pytest.mark.parametrize("operation", ["CreateLogStream", "DeleteLogStream"])
async def test_a_stream_needs_its_group(logs: Logs, operation: str) -> None:
    assert await logs.refused(operation, logGroupName="none", logStreamName="s") == (
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )


async def test_a_deleted_stream_is_gone(logs: Logs) -> None:
    await logs.make("g", "s", "t")
    await logs("DeleteLogStream", logGroupName="g", logStreamName="s")
    assert names((await logs("DescribeLogStreams", logGroupName="g"))["logStreams"]) == ["t"]
    assert await logs.refused("DeleteLogStream", logGroupName="g", logStreamName="s") == (
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    )


@pytest.mark.parametrize(
    "identifier",
    [
        "arn:aws:logs:us-east-1:111122223333:log-group:g",
        "arn:aws:logs:eu-west-1:000000000000:log-group:g",
        "arn:aws:logs:us-east-1:000000000000:log-group:none",
    ],
)
async def test_a_group_of_another_account_or_region_is_not_found(logs: Logs, identifier: str) -> None:
    await logs.make("g")
    code, _ = await logs.refused("DescribeLogStreams", logGroupIdentifier=identifier)
    assert code == "ResourceNotFoundException"
