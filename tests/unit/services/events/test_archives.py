"""Archives: what goes into them, what is said of them, and how they are emptied."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import Driver

from windsock.kernel.errors import AwsError
from windsock.kernel.limits import RETENTION_CHUNK
from windsock.services.events.archive_rules import pattern_without_replays
from windsock.services.events.tables import archived_events

BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default"
DAY = 86_400


async def create(driver: Driver, **params: Any) -> dict[str, Any]:
    return await driver("events", "CreateArchive", **{"ArchiveName": "a", "EventSourceArn": BUS, **params})


async def put(driver: Driver, number: int = 1, source: str = "mine") -> None:
    entry = {"Source": source, "DetailType": "t", "Detail": '{"n": 1}'}
    for start in range(0, number, 10):
        await driver("events", "PutEvents", Entries=[entry] * min(10, number - start))


async def described(driver: Driver) -> dict[str, Any]:
    return await driver("events", "DescribeArchive", ArchiveName="a")


def kept(driver: Driver) -> int:
    """How many events there are in all archives."""
    count: int = driver.engine.store.read(
        lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(archived_events))
    )
    return count


async def test_only_what_matches_is_archived(driver: Driver) -> None:
    await put(driver)
    await create(driver, EventPattern='{"source": ["mine"]}')
    await put(driver, 3)
    await put(driver, source="other")
    archive = await described(driver)
    assert archive["EventCount"] == 3
    assert archive["SizeBytes"] == 3 * (len("mine") + len("t") + len('{"n":1}') + 26)
    assert archive["EventPattern"] == '{"source": ["mine"]}'


async def test_an_archive_has_a_managed_rule_as_at_aws(driver: Driver) -> None:
    await create(driver)
    (rule,) = (await driver("events", "ListRules"))["Rules"]
    assert rule["Name"] == "Events-Archive-a"
    assert rule["ManagedBy"] == "prod.vhs.events.aws.internal"
    assert json.loads(rule["EventPattern"]) == {"replay-name": [{"exists": False}]}
    (target,) = (await driver("events", "ListTargetsByRule", Rule="Events-Archive-a"))["Targets"]
    assert target["Arn"] == "arn:aws:events:us-east-1:::"
    with pytest.raises(AwsError, match="is a managed rule"):
        await driver("events", "DisableRule", Name="Events-Archive-a")
    await driver("events", "DeleteArchive", ArchiveName="a")
    assert await driver("events", "ListRules") == {"Rules": []}


async def test_a_rule_deleted_by_force_disables_its_archive(driver: Driver) -> None:
    await create(driver)
    rule = "Events-Archive-a"
    await driver("events", "RemoveTargets", Rule=rule, Ids=[rule], Force=True)
    await driver("events", "DeleteRule", Name=rule, Force=True)
    archive = await described(driver)
    assert (archive["State"], archive["StateReason"]) == (
        "DISABLED",
        "Managed rule for the archive was forcefully deleted.",
    )
    await put(driver)
    assert kept(driver) == 0


async def test_retention_removes_what_is_old_enough_in_chunks(driver: Driver) -> None:
    await create(driver, RetentionDays=2)
    await put(driver, RETENTION_CHUNK + 30)
    await driver.advance(DAY)
    await put(driver, 7)
    assert (await described(driver))["EventCount"] == RETENTION_CHUNK + 37
    await driver.advance(DAY + 3600)
    archive = await described(driver)
    assert (archive["EventCount"], kept(driver)) == (7, 7)
    assert archive["SizeBytes"] == 7 * (len("mine") + len("t") + len('{"n":1}') + 26)
    await driver.advance(DAY)
    assert (await described(driver))["EventCount"] == kept(driver) == 0


async def test_an_update_changes_what_it_names(driver: Driver) -> None:
    await create(driver, Description="d", RetentionDays=9)
    await put(driver)
    await driver.advance(3 * DAY)
    await driver("events", "UpdateArchive", ArchiveName="a", EventPattern='{"source": ["other"]}')
    await put(driver, 2)
    archive = await described(driver)
    assert (archive["Description"], archive["RetentionDays"], archive["EventCount"]) == ("d", 9, 1)
    await driver("events", "UpdateArchive", ArchiveName="a", RetentionDays=1)
    await driver.advance(1)
    assert (await described(driver))["EventCount"] == 0


async def test_an_archive_of_the_same_name_begins_empty(driver: Driver) -> None:
    await create(driver)
    await put(driver, RETENTION_CHUNK + 10)
    await driver("events", "DeleteArchive", ArchiveName="a")
    await create(driver)
    assert (await described(driver))["EventCount"] == 0
    await driver.advance(10)
    assert kept(driver) == 0


async def test_what_another_bus_sent_is_archived_as_the_event_it_is(driver: Driver) -> None:
    await driver("events", "CreateEventBus", Name="b")
    await create(driver, EventSourceArn=BUS.replace("default", "b"))
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["mine"]}')
    target = {"Id": "1", "Arn": BUS.replace("default", "b"), "Input": '{"another": "text"}'}
    await driver("events", "PutTargets", Rule="r", Targets=[target])
    await put(driver)
    await driver.settle()
    assert (await described(driver))["EventCount"] == 1
    body = driver.engine.store.read(lambda tx: tx.scalar(sa.select(archived_events.c.body)))
    assert json.loads(body)["detail"] == {"n": 1}


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (
            {"EventSourceArn": "arn:aws:events:us-east-1:000000000000:rule/r"},
            "ValidationException",
            "Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.",
        ),
        (
            {"EventSourceArn": "arn:aws:events:us-east-1:111122223333:event-bus/default"},
            "ResourceNotFoundException",
            "Event bus default does not exist.",
        ),
        ({"EventPattern": "{"}, "InvalidEventPatternException", "Event pattern is not valid. Reason: "),
    ],
)
async def test_refused_archives(driver: Driver, params: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await create(driver, **params)
    assert caught.value.code == code
    assert caught.value.message.startswith(message)


async def test_one_filter_at_most(driver: Driver) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "ListArchives", NamePrefix="a", State="ENABLED")
    assert caught.value.message == (
        "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix."
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{}", '{"replay-name":[{"exists":false}]}'),
        (' {"source":["a"] } \n', ' {"source":["a"],"replay-name":[{"exists":false}]}'),
    ],
)
def test_patterns_that_let_no_replay_in(pattern: str, expected: str) -> None:
    assert pattern_without_replays(pattern) == expected
