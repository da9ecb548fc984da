"""Cron expressions: hand-picked instants, a day-by-day reference, and a whole year."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.schedules import InvalidSchedule, parse

NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "instant", "expected"),
    [
        ("cron(0 10 * * ? *)", "2026-01-01T10:00", "2026-01-02T10:00"),
        ("cron(0 10 * * ? *)", "2026-01-01T09:59:59.999999", "2026-01-01T10:00"),
        ("cron(15 12 * * ? *)", "2026-12-31T12:15", "2027-01-01T12:15"),
        ("cron(1/10 * * * ? *)", "2026-01-01T00:02", "2026-01-01T00:11"),
        ("cron(0/10 * ? * MON-FRI *)", "2026-01-02T23:50", "2026-01-05T00:00"),
        ("cron(0/30 20-2 ? * MON-FRI *)", "2026-01-05T02:30", "2026-01-05T20:00"),
        ("cron(0 9 ? * FRI-MON *)", "2026-01-05T09:00", "2026-01-09T09:00"),
        ("cron(0 9 ? * mon-fri *)", "2026-01-02T09:00", "2026-01-05T09:00"),
        ("cron(0 22-2/2 1 1 ? 2026)", "2026-01-01T00:00", "2026-01-01T02:00"),
        ("cron(0 0 1 NOV-FEB ? *)", "2026-02-01T00:00", "2026-11-01T00:00"),
        ("cron(0 8 1 * ? *)", "2026-01-01T08:00", "2026-02-01T08:00"),
        ("cron(0 0 29 2 ? *)", "2096-02-29T00:00", "2104-02-29T00:00"),
        ("cron(0 0 31 * ? *)", "2026-03-31T00:00", "2026-05-31T00:00"),
        ("cron(0 0 L * ? *)", "2026-02-01T00:00", "2026-02-28T00:00"),
        ("cron(0 0 L-2 2 ? *)", "2024-02-01T00:00", "2024-02-27T00:00"),
        ("cron(0 0 LW * ? *)", "2026-05-01T00:00", "2026-05-29T00:00"),
        ("cron(0 0 L-1W * ? *)", "2026-05-01T00:00", "2026-05-29T00:00"),
        ("cron(0 0 3W * ? *)", "2026-01-01T00:00", "2026-01-02T00:00"),
        ("cron(0 0 1W * ? *)", "2026-07-31T12:00", "2026-08-03T00:00"),
        ("cron(0 0 31W * ? *)", "2026-05-01T00:00", "2026-05-29T00:00"),
        ("cron(0 0 30W * ? *)", "2026-01-31T00:00", "2026-03-30T00:00"),
        ("cron(0 0 ? * L *)", "2026-01-01T00:00", "2026-01-03T00:00"),
        ("cron(0 0 ? * 5L *)", "2026-01-01T00:00", "2026-01-29T00:00"),
        ("cron(0 0 ? * FRIL *)", "2026-01-01T00:00", "2026-01-30T00:00"),
        ("cron(0 0 ? * 6#3 *)", "2026-01-01T00:00", "2026-01-16T00:00"),
        ("cron(0 0 ? * SAT#5 *)", "2026-02-01T00:00", "2026-05-30T00:00"),
        ("cron(0 2 ? * SAT *)", "2026-01-03T02:00", "2026-01-10T02:00"),
        ("cron(15 10 ? * 6L 2002-2005)", "2001-05-05T00:00", "2002-01-25T10:15"),
        ("cron(* * * * ? 2199)", "2000-01-01T00:00", "2199-01-01T00:00"),
    ],
)
def test_fires_next(expression: str, instant: str, expected: str) -> None:
    assert parse(expression).next_after(utc(instant)) == utc(expected)


@pytest.mark.parametrize(
    ("expression", "instant"),
    [
        ("cron(0 0 30 2 ? *)", "2026-01-01T00:00"),
        ("cron(0 0 1 1 ? 2020)", "2020-01-01T00:00"),
        ("cron(59 23 31 12 ? *)", "2199-12-31T23:59"),
        ("cron(15 10 ? * 6L 2002-2005)", "2026-01-01T00:00"),
    ],
)
def test_fires_no_more(expression: str, instant: str) -> None:
    assert parse(expression).next_after(utc(instant)) is None


@pytest.mark.parametrize(
    "body",
    [
        "* * * * * *",
        "0 1 ? * ? *",
        "0 1 * * MON *",
        "0 1 * * ?",
        "0 1 * * ? * *",
        " 0 1 * * ? *",
        "60 1 * * ? *",
        "0 24 * * ? *",
        "0 1 0 * ? *",
        "0 1 32 * ? *",
        "0 1 * 13 ? *",
        "0 1 * FOO ? *",
        "0 1 ? * 0 *",
        "0 1 ? * 8 *",
        "0 1 ? * 6#6 *",
        "0 1 ? * 6#0 *",
        "0 1 ? * 3#1,6#3 *",
        "0 1 ? * 5L,6L *",
        "0 1 1W,15W * ? *",
        "0 1 L,1 * ? *",
        "0 1 L-31 * ? *",
        "0 1 0W * ? *",
        "0 1 * * ? 1969",
        "0 1 * * ? 2200",
        "0 1 * * ? 2030-2020",
        "0/0 1 * * ? *",
        "0/60 1 * * ? *",
        "/5 1 * * ? *",
        "1- 1 * * ? *",
        "1,,2 1 * * ? *",
        "-1 1 * * ? *",
        "? 1 * * ? *",
        "0 1 * ? MON *",
        "٣ 1 * * ? *",
        "9999999999999999999 1 * * ? *",
    ],
)
def test_refuses(body: str) -> None:
    with pytest.raises(InvalidSchedule):
        parse(f"cron({body})")


@pytest.mark.parametrize(
    "text", ["", "cron", "cron()", "CRON(0 1 * * ? *)", "cron(0 1 * * ? *) ", "cron(" * 60]
)
def test_refuses_what_is_no_cron(text: str) -> None:
    with pytest.raises(InvalidSchedule):
        parse(text)


def test_a_reason_names_the_field() -> None:
    with pytest.raises(InvalidSchedule, match="minutes: '71' is not a value of 0 to 59"):
        parse("cron(71 8 1 * ? *)")


def test_a_year_of_office_hours() -> None:
    schedule = parse("cron(0/5 9-17 ? * MON-FRI *)")
    office_days = [day for day in _days_of(2026) if day.weekday() < 5]
    expected = [
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        for day in office_days
        for hour in range(9, 18)
        for minute in range(0, 60, 5)
    ]
    fired = []
    instant = schedule.next_after(datetime(2025, 12, 31, 23, 59, tzinfo=UTC))
    while instant is not None and instant.year == 2026:
        fired.append(instant)
        instant = schedule.next_after(instant)
    assert fired == expected
    assert len(fired) == 261 * 9 * 12


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range(366 if calendar.isleap(year) else 365)]


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(year: int, month: int, wanted: int) -> int | None:
    """By search: the weekday of the month at the least distance (two are never equally near)."""
    length = calendar.monthrange(year, month)[1]
    if wanted > length:
        return None
    weekdays = [day for day in range(1, length + 1) if date(year, month, day).weekday() < 5]
    return min(weekdays, key=lambda day: abs(day - wanted))


_DAY_OF_MONTH = st.one_of(
    st.just("*"),
    st.integers(1, 31).map(str),
    st.integers(1, 31).map(lambda day: f"{day}W"),
    st.just("L"),
    st.just("LW"),
    st.integers(1, 30).map(lambda days: f"L-{days}"),
)
_DAY_OF_WEEK = st.one_of(
    st.integers(1, 7).map(str),
    st.just("L"),
    st.integers(1, 7).map(lambda day: f"{day}L"),
    st.tuples(st.sampled_from(NAMES), st.integers(1, 5)).map(lambda pair: f"{pair[0]}#{pair[1]}"),
    st.sampled_from(NAMES),
)


def _day_of_month_matches(text: str, day: date) -> bool:
    if text == "*":
        return True
    if text == "L":
        return day.day == _length(day)
    if text == "LW":
        return day.day == _nearest_weekday(day.year, day.month, _length(day))
    if text.startswith("L-"):
        return day.day == _length(day) - int(text[2:])
    if text.endswith("W"):
        return day.day == _nearest_weekday(day.year, day.month, int(text[:-1]))
    return day.day == int(text)


def _day_of_week_matches(text: str, day: date) -> bool:
    if text == "L":
        return _weekday(day) == 7
    name = text.rstrip("L") if text.endswith("L") else text.split("#")[0]
    if _weekday(day) != (NAMES.index(name) + 1 if name in NAMES else int(name)):
        return False
    if text.endswith("L"):
        return day.day + 7 > _length(day)
    if "#" in text:
        return (day.day - 1) // 7 + 1 == int(text.split("#")[1])
    return True


@given(
    by_month_day=st.booleans(),
    day_of_month=_DAY_OF_MONTH,
    day_of_week=_DAY_OF_WEEK,
    months=st.sets(st.integers(1, 12), min_size=1),
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    seconds=st.integers(0, 3_000_000_000),
)
@settings(max_examples=150, deadline=None)
def test_agrees_with_a_search_day_by_day(
    by_month_day: bool,
    day_of_month: str,
    day_of_week: str,
    months: set[int],
    minute: int,
    hour: int,
    seconds: int,
) -> None:
    instant = datetime(1999, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    fields = f"{day_of_month if by_month_day else '?'} {','.join(map(str, months))}"
    schedule = parse(f"cron({minute} {hour} {fields} {'?' if by_month_day else day_of_week} *)")

    def allowed(day: date) -> bool:
        chosen = (
            _day_of_month_matches(day_of_month, day)
            if by_month_day
            else _day_of_week_matches(day_of_week, day)
        )
        return chosen and day.month in months

    found = None
    for ahead in range(366 * 9):
        day = instant.date() + timedelta(days=ahead)
        candidate = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        if candidate > instant and allowed(day):
            found = candidate
            break
    if found is None:
        later = schedule.next_after(instant)
        assert later is None or later > instant + timedelta(days=366 * 9 - 1)
    else:
        assert schedule.next_after(instant) == found


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_schedule_or_is_refused(body: str) -> None:
    for text in (body, f"cron({body})", f"rate({body})"):
        with pytest.raises(InvalidSchedule):
            parse(text)
