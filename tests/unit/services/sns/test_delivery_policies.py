"""When failed deliveries are tried again: the documented schedules, and custom ones."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.services.sns.delivery_policies import (
    AWS_MANAGED,
    CUSTOMER_MANAGED,
    RetrySchedule,
    retry_schedule,
)


def delays(schedule: RetrySchedule, most: int = 200_000) -> list[float]:
    """Every delay of a schedule, in order."""
    found: list[float] = []
    while (delay := schedule.delay_s(len(found) + 1)) is not None and len(found) < most:
        found.append(delay)
    return found


def test_aws_managed_endpoints_are_tried_100_015_times_over_23_days() -> None:
    found = delays(AWS_MANAGED)
    assert len(found) == 100_015
    assert found[:5] == [0, 0, 0, 1, 1]
    assert (found[5], found[14], found[15]) == (1, 20, 20)
    assert 23 * 86400 < sum(found) < 24 * 86400


def test_customer_managed_endpoints_are_tried_50_times_over_6_hours() -> None:
    found = delays(CUSTOMER_MANAGED)
    assert len(found) == 50
    assert found[:3] == [10, 10, 10]
    assert (found[11], found[12]) == (600, 600)
    assert 6 * 3600 < sum(found) < 8 * 3600


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("linear", [10, 40, 70, 100, 130, 160]),
        ("arithmetic", [10, 20, 40, 70, 110, 160]),
        ("geometric", [10, 17.4, 30.3, 52.8, 91.9, 160]),
        ("exponential", [10, 14.8, 24.5, 43.9, 82.6, 160]),
    ],
)
def test_backoff_functions(function: str, expected: list[float]) -> None:
    schedule = RetrySchedule(0, 0, 6, 0, 10, 160, function)
    assert delays(schedule) == pytest.approx(expected, abs=0.1)


def test_the_topic_can_forbid_policies_of_subscriptions() -> None:
    own = {"DeliveryPolicy": '{"healthyRetryPolicy": {"numRetries": 9}}'}
    topic = {"DeliveryPolicy": '{"http": {"disableSubscriptionOverrides": true}}'}
    assert len(delays(retry_schedule("http", {}, own))) == 9
    assert len(delays(retry_schedule("http", topic, own))) == 3
    assert retry_schedule("sqs", topic, own) is AWS_MANAGED


@settings(max_examples=100, deadline=None)
@given(
    st.tuples(*[st.integers(0, 20)] * 4),
    st.integers(1, 100),
    st.integers(0, 900),
    st.sampled_from(["linear", "arithmetic", "geometric", "exponential"]),
)
def test_delays_never_shrink_and_stay_within_their_bounds(
    counts: tuple[int, int, int, int], shortest: int, more: int, function: str
) -> None:
    found = delays(RetrySchedule(*counts, shortest, shortest + more, function))
    assert len(found) == sum(counts)
    assert all(earlier <= later + 1e-9 for earlier, later in pairwise(found))
    assert all(delay == 0 or shortest <= delay <= shortest + more + 1e-9 for delay in found)
