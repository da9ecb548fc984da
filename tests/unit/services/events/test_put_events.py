"""PutEvents: each entry judged by itself, as AWS answers it."""

from __future__ import annotations

import gc
import json
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from tests.conftest import Driver

from windsock.engine import journal
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.events.put_events import compact, entry_bytes
from windsock.services.events.rule_index import BusIndex

GOOD = {"Source": "test", "DetailType": "t", "Detail": "{}"}
SCOPE = Scope("000000000000", "us-east-1")


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"Detail": "[]"}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": "{{}"}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": "1"}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": '{"a":' * 2000 + "1" + "}" * 2000}, "MalformedDetail", "Detail is malformed."),
        ({"Source": "aws.ec2"}, "NotAuthorizedForSource", "Not authorized for the source."),
        (
            {"Source": ""},
            "InvalidArgument",
            "Parameter Source is not valid. Reason: Source is a required argument.",
        ),
        (
            {"DetailType": ""},
            "InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
        ),
        (
            {"Detail": ""},
            "InvalidArgument",
            "Parameter Detail is not valid. Reason: Detail is a required argument.",
        ),
    ],
)
async def test_a_bad_entry_does_not_hold_up_a_good_one(
    driver: Driver, change: dict[str, str], code: str, message: str
) -> None:
    answer = await driver("events", "PutEvents", Entries=[GOOD | change, GOOD])
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0] == {"ErrorCode": code, "ErrorMessage": message}
    assert answer["Entries"][1]["EventId"]
    kept = driver.engine.store.read(lambda tx: journal.latest(tx, SCOPE, 10))
    assert [row.event_id for row in kept] == [answer["Entries"][1]["EventId"]]


async def test_events_for_buses_that_are_not_there_fill_no_memory(driver: Driver) -> None:
    """Whoever sends them may make up names without end."""
    for number in range(20):
        answer = await driver("events", "PutEvents", Entries=[GOOD | {"EventBusName": f"nothing-{number}"}])
        assert answer["FailedEntryCount"] == 0
    gc.collect()
    assert not any(isinstance(each, BusIndex) for each in gc.get_objects())


async def test_too_much_at_once_is_refused(driver: Driver) -> None:
    big = GOOD | {"Detail": json.dumps({"x": "y" * 600_000})}
    assert (await driver("events", "PutEvents", Entries=[big]))["FailedEntryCount"] == 0
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutEvents", Entries=[big, big])
    assert caught.value.code == "ValidationException"
    assert caught.value.message == "Total size of the entries in the request is over the limit."


async def test_more_than_ten_entries_are_refused(driver: Driver) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutEvents", Entries=[GOOD] * 11)
    assert caught.value.code == "ValidationException"
    assert caught.value.message.endswith(
        "at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10"
    )


async def test_an_event_for_a_bus_that_is_not_there_is_accepted_and_goes_nowhere(driver: Driver) -> None:
    answer = await driver("events", "PutEvents", Entries=[GOOD | {"EventBusName": "nowhere"}])
    assert answer["FailedEntryCount"] == 0
    (row,) = driver.engine.store.read(lambda tx: journal.latest(tx, SCOPE, 10))
    assert (row.bus, row.matched) == ("nowhere", "[]")


async def test_the_time_is_the_entrys(driver: Driver) -> None:
    moment = datetime(2016, 6, 5, 6, 27, 57, 700_000, tzinfo=UTC)
    await driver("events", "PutEvents", Entries=[GOOD | {"Time": moment}])
    (row,) = driver.engine.store.read(lambda tx: journal.latest(tx, SCOPE, 10))
    assert json.loads(row.body)["time"] == "2016-06-05T06:27:57Z"


async def test_another_accounts_bus_needs_its_permission(driver: Driver) -> None:
    bus = "arn:aws:events:us-east-1:222222222222:event-bus/default"
    entries: list[dict[str, Any]] = [GOOD | {"EventBusName": bus}]
    answer = await driver("events", "PutEvents", Entries=entries)
    assert answer["Entries"][0]["ErrorCode"] == "AccessDeniedException"
    await driver(
        "events",
        "PutPermission",
        account="222222222222",
        Action="events:PutEvents",
        Principal="000000000000",
        StatementId="s",
    )
    answer = await driver("events", "PutEvents", Entries=entries)
    assert answer["FailedEntryCount"] == 0
    other = Scope("222222222222", "us-east-1")
    (row,) = driver.engine.store.read(lambda tx: journal.latest(tx, other, 10))
    assert json.loads(row.body)["account"] == "000000000000"


def test_the_size_of_an_entry_is_counted_as_aws_does() -> None:
    assert entry_bytes({"Source": "é", "DetailType": "ab", "Detail": "{}"}) == 6
    assert entry_bytes({"Time": datetime.now(UTC), "Resources": ["abc", "d"]}) == 18


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'{"a":1}', b'{"a":1}'),
        (b'{ "a" : [1 , 2.50] }\n', b'{"a":[1,2.50]}'),
        (b'{"a b": " x \\" y "}', b'{"a b":" x \\" y "}'),
        (b'{"a": [0.10, 1E2, -0, 12345678901234567890123]}', b'{"a":[0.10,1E2,-0,12345678901234567890123]}'),
        (b'{"a": "\\\\"  , "b": 1}', b'{"a":"\\\\","b":1}'),
        (b'{"a": "\\u0020 \\u00e9", "a": 2}', b'{"a":"\\u0020 \\u00e9","a":2}'),
        (b'{"a": ' * 500 + b"1" + b" }" * 500, b'{"a":' * 500 + b"1" + b"}" * 500),
    ],
)
def test_white_space_goes_and_spelling_stays(text: bytes, expected: bytes) -> None:
    made = compact(text, orjson.loads(text))
    assert made == expected
    assert orjson.loads(made) == orjson.loads(text)
