"""The JSONPath of EventBridge."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.templates import MISSING, select_path

EVENT: dict[str, Any] = {
    "detail-type": "EC2 Instance State-change Notification",
    "time": "2015-11-11T21:29:54Z",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111", "second"],
    "detail": {
        "instance-id": "i-0123456789",
        "a.b": 1,
        "nothing": None,
        "items": [{"id": 1, "tags": ["x", "y"]}, {"id": 2}, "scalar"],
        "grid": [[1, 2], [3, 4]],
    },
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", EVENT),
        ("$.time", "2015-11-11T21:29:54Z"),
        ("$.detail-type", "EC2 Instance State-change Notification"),
        ("$.detail.instance-id", "i-0123456789"),
        ("$.detail['instance-id']", "i-0123456789"),
        ('$["detail"]["a.b"]', 1),
        ("$.detail.nothing", None),
        ("$.resources[1]", "second"),
        ("$.detail.grid[1][0]", 3),
        ("$.detail.items[0].tags[1]", "y"),
        ("$.resources[*]", EVENT["resources"]),
        ("$.detail.items[*].id", [1, 2]),
        ("$.detail.items[*].tags[*]", ["x", "y"]),
        ("$.detail.grid.*", [[1, 2], [3, 4]]),
        ("$.detail.absent[*]", MISSING),
        ("$.detail.nothing[*]", []),
        ("$.absent", MISSING),
        ("$.resources[2]", MISSING),
        ("$.resources.first", MISSING),
        ("$.time[0]", MISSING),
        ("$.detail.a.b", MISSING),
        ("time", MISSING),
        ("", MISSING),
        ("$.", MISSING),
        ("$..id", MISSING),
        ("$.detail.items[?(@.id==1)]", MISSING),
        ("$.detail.items[-1]", MISSING),
        ("$.resources[99999999999999999999]", MISSING),
    ],
)
def test_selects(path: str, expected: Any) -> None:
    assert select_path(path, EVENT) == expected


@given(st.text("$.[]*'\"ab0-", max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_path_is_an_error(path: str) -> None:
    select_path(path, EVENT)
    select_path("$" + path, EVENT)
