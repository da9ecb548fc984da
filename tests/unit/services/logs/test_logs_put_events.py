"""PutLogEvents: what is kept, what is left out, what is refused."""

from __future__ import annotations

import pytest
from tests.conftest import START_MS
from tests.unit.services.logs.conftest import DAY, HOUR, Logs, messages

from windsock.engine.tables import metric_minutes


async def kept(logs: Logs) -> list[str]:
    return messages(await logs("GetLogEvents", logGroupName="g", logStreamName="s", startFromHead=True))


async def test_events_are_kept_with_the_time_they_came(logs: Logs) -> None:
    await logs.make("g", "s")
    await logs.driver.advance(10)
    answer = await logs.put("g", "s", (0, "one"), (0, "two"), (9_000, "Grüße"))
    assert answer.keys() == {"nextSequenceToken"}
    page = await logs("GetLogEvents", logGroupName="g", logStreamName="s")
    assert page["events"] == [
        {"timestamp": START_MS, "message": "one", "ingestionTime": START_MS + 10_000},
        {"timestamp": START_MS, "message": "two", "ingestionTime": START_MS + 10_000},
        {"timestamp": START_MS + 9_000, "message": "Grüße", "ingestionTime": START_MS + 10_000},
    ]


async def test_any_sequence_token_is_taken(logs: Logs) -> None:
    await logs.make("g", "s")
    for token in ("1", "1", "nonsense"):
        events = [{"timestamp": START_MS, "message": "m"}]
        await logs("PutLogEvents", logGroupName="g", logStreamName="s", logEvents=events, sequenceToken=token)
    assert await kept(logs) == ["m", "m", "m"]


@pytest.mark.parametrize(
    ("retention", "offsets", "rejected", "left"),
    [
        (None, [-14 * DAY - 1], {"tooOldLogEventEndIndex": 1}, []),
        (None, [-14 * DAY], {}, [0]),
        (None, [2 * HOUR], {}, [0]),
        (None, [0, 2 * HOUR + 1, 3 * HOUR], {"tooNewLogEventStartIndex": 1}, [0]),
        (None, [-15 * DAY, 0, 3 * HOUR], {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}, [1]),
        (3, [-3 * DAY - 1, -3 * DAY], {"expiredLogEventEndIndex": 1}, [1]),
        (30, [-15 * DAY, 0], {"tooOldLogEventEndIndex": 1}, [1]),
        (
            3,
            [-20 * DAY, -4 * DAY, -1],
            {"tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 2},
            [2],
        ),
    ],
)
async def test_events_outside_the_window_are_left_out(
    logs: Logs, retention: int | None, offsets: list[int], rejected: dict[str, int], left: list[int]
) -> None:
    await logs.make("g", "s")
    if retention is not None:
        await logs("PutRetentionPolicy", logGroupName="g", retentionInDays=retention)
    answer = await logs.put("g", "s", *((after, str(index)) for index, after in enumerate(offsets)))
    assert answer.get("rejectedLogEventsInfo", {}) == rejected
    assert await kept(logs) == [str(index) for index in left]


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (
            [(1, "a"), (0, "b")],
            "Log events in a single PutLogEvents request must be in chronological order.",
        ),
        (
            [(-DAY - 1, "a"), (0, "b")],
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ),
        ([(0, "x" * 1_048_551)], "Log event too large: 1048577 bytes exceeds limit of 1048576"),
        (
            [(0, "é" * 262_144), (0, "é" * 262_119)],
            "Upload too large: 1048578 bytes exceeds limit of 1048576",
        ),
    ],
)
async def test_a_batch_that_breaks_a_rule_is_refused_whole(
    logs: Logs, events: list[tuple[int, str]], message: str
) -> None:
    await logs.make("g", "s")
    batch = [{"timestamp": START_MS + after, "message": text} for after, text in events]
    assert await logs.refused("PutLogEvents", logGroupName="g", logStreamName="s", logEvents=batch) == (
        "InvalidParameterException",
        message,
    )
    assert await kept(logs) == []


async def test_a_batch_of_exactly_the_limits_is_taken(logs: Logs) -> None:
    await logs.make("g", "s")
    await logs.put("g", "s", (-DAY, "a"), (0, "b"))
    await logs.put("g", "s", (0, "x" * 1_048_550))
    await logs.put("g", "s", *((0, "y" * 78) for _ in range(10_000)))
    [group] = (await logs("DescribeLogGroups"))["logGroups"]
    assert group["storedBytes"] == 2 * 27 + 1_048_576 + 10_000 * 104


async def test_what_comes_in_is_counted_for_cloudwatch(logs: Logs) -> None:
    await logs.make("g", "s")
    await logs.put("g", "s", (0, "one"), (0, "two"))
    rows = logs.driver.engine.store.read(lambda tx: tx.rows(metric_minutes.select()))
    counted = {row.name: (row.dimensions, row.total) for row in rows if row.namespace == "AWS/Logs"}
    assert counted == {
        "IncomingLogEvents": ('{"LogGroupName":"g"}', 2),
        "IncomingBytes": ('{"LogGroupName":"g"}', 58),
    }
