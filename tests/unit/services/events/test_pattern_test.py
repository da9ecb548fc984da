"""TestEventPattern."""

from __future__ import annotations

import json

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError

EVENT = {
    "id": "1",
    "account": "000000000000",
    "source": "mine",
    "time": "2017-01-02T00:00:00Z",
    "region": "us-east-1",
    "detail-type": "something",
}


@pytest.mark.parametrize(("source", "result"), [("mine", True), ("yours", False)])
async def test_whether_a_pattern_matches(driver: Driver, source: str, result: bool) -> None:
    pattern = json.dumps({"source": [source]})
    answer = await driver("events", "TestEventPattern", EventPattern=pattern, Event=json.dumps(EVENT))
    assert answer == {"Result": result}


@pytest.mark.parametrize(
    "event",
    ["plain string", '"plain string"', '["plain string"]', "{"]
    + [json.dumps({key: EVENT[key] for key in EVENT if key != missing}) for missing in EVENT],
)
async def test_events_that_are_none(driver: Driver, event: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "TestEventPattern", EventPattern='{"source": ["mine"]}', Event=event)
    assert (caught.value.code, caught.value.message) == (
        "ValidationException",
        "Parameter Event is not valid.",
    )


async def test_a_pattern_that_is_none(driver: Driver) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "TestEventPattern", EventPattern='{"source": 1}', Event=json.dumps(EVENT))
    assert caught.value.code == "InvalidEventPatternException"
    assert caught.value.message.startswith("Event pattern is not valid. Reason: ")
