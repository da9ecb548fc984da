"""Rates, one-time schedules, and schedules in time zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from windsock.languages.schedules import InvalidSchedule, Schedule, parse, parse_scheduler

NEW_YORK = ZoneInfo("America/New_York")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def firings(schedule: Schedule, start: str, count: int) -> list[datetime]:
    fired: list[datetime] = []
    instant: datetime | None = utc(start)
    while len(fired) < count and instant is not None:
        instant = schedule.next_after(instant)
        if instant is not None:
            fired.append(instant)
    return fired


@pytest.mark.parametrize(
    ("expression", "instant", "expected"),
    [
        ("rate(1 minute)", "2026-01-01T00:00:30", "2026-01-01T00:01:30"),
        ("rate(5 minutes)", "2026-01-01T00:05:30", "2026-01-01T00:10:30"),
        ("rate(5 minutes)", "2026-01-01T00:05:29", "2026-01-01T00:05:30"),
        ("rate(1 hour)", "2026-01-02T00:00:30", "2026-01-02T01:00:30"),
        ("rate(7 days)", "2026-01-03T00:00", "2026-01-08T00:00:30"),
        ("rate(1 day)", "2020-01-01T00:00", "2026-01-02T00:00:30"),
    ],
)
def test_a_rate_counts_from_its_anchor(expression: str, instant: str, expected: str) -> None:
    anchor = utc("2026-01-01T00:00:30")
    assert parse(expression).next_after(utc(instant), anchor) == utc(expected)


def test_a_rate_needs_an_anchor() -> None:
    with pytest.raises(ValueError, match="anchor"):
        parse("rate(1 minute)").next_after(utc("2026-01-01T00:00"))


def test_a_rate_beyond_the_calendar_ends() -> None:
    start = utc("2026-01-01T00:00")
    assert parse("rate(999999999 days)").next_after(start, start) is None


@pytest.mark.parametrize(
    "expression",
    [
        "rate(0 minutes)",
        "rate(-1 minutes)",
        "rate(1.5 hours)",
        "rate(5  minutes)",
        "rate(5 Minutes)",
        "rate(1 week)",
    ],
)
def test_refuses_rates(expression: str) -> None:
    for parser in (parse, parse_scheduler):
        with pytest.raises(InvalidSchedule):
            parser(expression)


def test_only_scheduler_lets_number_and_unit_disagree() -> None:
    start = utc("2026-01-01T00:00")
    for expression in ("rate(1 minutes)", "rate(1 minute)"):
        assert parse_scheduler(expression).next_after(start, start) == start + timedelta(minutes=1)
    with pytest.raises(InvalidSchedule):
        parse("rate(1 minutes)")


def test_a_one_time_schedule_fires_once() -> None:
    schedule = parse_scheduler("at(2026-07-01T09:30:15)", NEW_YORK)
    assert schedule.next_after(utc("2026-01-01T00:00")) == utc("2026-07-01T13:30:15")
    assert schedule.next_after(utc("2026-07-01T13:30:15")) is None


@pytest.mark.parametrize(
    "expression",
    ["at(2026-02-30T00:00:00)", "at(2026-01-01)", "at(2026-01-01T00:00)", "at(2026-01-01T00:00:00Z)", "at()"],
)
def test_refuses_one_time_schedules(expression: str) -> None:
    with pytest.raises(InvalidSchedule):
        parse_scheduler(expression)


def test_a_rule_knows_no_one_time_schedule() -> None:
    with pytest.raises(InvalidSchedule):
        parse("at(2026-07-01T09:30:00)")


def test_a_time_the_clocks_skip_is_skipped() -> None:
    schedule = parse_scheduler("cron(30 2 * * ? *)", NEW_YORK)
    assert firings(schedule, "2026-03-07T00:00", 2) == [utc("2026-03-07T07:30"), utc("2026-03-09T06:30")]
    assert parse_scheduler("at(2026-03-08T02:30:00)", NEW_YORK).next_after(utc("2026-01-01T00:00")) is None


def test_a_time_the_clocks_show_twice_fires_once() -> None:
    schedule = parse_scheduler("cron(30 1 * * ? *)", NEW_YORK)
    assert firings(schedule, "2026-10-31T06:00", 2) == [utc("2026-11-01T05:30"), utc("2026-11-02T06:30")]
    # Asked between the two showings, it does not fire a second time.
    assert schedule.next_after(utc("2026-11-01T06:10")) == utc("2026-11-02T06:30")


def test_a_quarter_hourly_schedule_rests_while_an_hour_repeats() -> None:
    fired = firings(parse_scheduler("cron(*/15 * * * ? *)", NEW_YORK), "2026-11-01T05:40", 2)
    assert fired == [utc("2026-11-01T05:45"), utc("2026-11-01T07:00")]


def test_a_zone_that_skipped_a_whole_day() -> None:
    schedule = parse_scheduler("cron(0 12 * * ? *)", ZoneInfo("Pacific/Apia"))
    assert firings(schedule, "2011-12-29T00:00", 2) == [utc("2011-12-29T22:00"), utc("2011-12-30T22:00")]


def test_instants_only_move_forward_through_a_year_of_clock_changes() -> None:
    fired = firings(
        parse_scheduler("cron(0/20 * * * ? *)", ZoneInfo("Australia/Lord_Howe")), "2026-01-01T00:00", 26_000
    )
    assert all(earlier < later for earlier, later in pairwise(fired))
