"""State machines, their versions, aliases and tags."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.stepfunctions.states_helpers import (
    PASS,
    PREFIX,
    ROLE,
    chain,
    create,
    describe,
    start,
)

from windsock.kernel.errors import AwsError

OTHER = chain({"Type": "Pass", "Result": 2})


async def update(driver: Driver, machine: str, **params: Any) -> dict[str, Any]:
    return await driver("stepfunctions", "UpdateStateMachine", stateMachineArn=machine, **params)


async def described(driver: Driver, machine: str, **params: Any) -> dict[str, Any]:
    return await driver("stepfunctions", "DescribeStateMachine", stateMachineArn=machine, **params)


async def test_a_machine_as_it_was_made(driver: Driver) -> None:
    machine = await create(driver, PASS, tracingConfiguration={"enabled": True})
    found = await described(driver, machine)
    found.pop("creationDate")
    assert found == {
        "stateMachineArn": f"{PREFIX}:stateMachine:m",
        "name": "m",
        "status": "ACTIVE",
        "type": "STANDARD",
        "definition": json.dumps(PASS),
        "roleArn": ROLE,
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": True},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }


async def test_making_the_same_again_gives_the_same(driver: Driver) -> None:
    assert await create(driver) == await create(driver)
    answer = await driver(
        "stepfunctions", "CreateStateMachine", name="m", definition=json.dumps(PASS), roleArn=f"{ROLE}2"
    )
    assert answer["stateMachineArn"] == f"{PREFIX}:stateMachine:m"
    assert (await described(driver, answer["stateMachineArn"]))["roleArn"] == ROLE


async def test_revisions_follow_changes(driver: Driver) -> None:
    machine = await create(driver)
    assert "revisionId" not in await described(driver, machine)
    first = await update(driver, machine, definition=json.dumps(OTHER))
    assert (await update(driver, machine, definition=json.dumps(OTHER)))["revisionId"] == first["revisionId"]
    second = await update(driver, machine, roleArn=f"{ROLE}2")
    assert second["revisionId"] != first["revisionId"]
    found = await described(driver, machine)
    assert (found["revisionId"], found["roleArn"]) == (second["revisionId"], f"{ROLE}2")


async def test_metadata_only(driver: Driver) -> None:
    machine = await create(driver)
    assert (await described(driver, machine, includedData="METADATA_ONLY"))["definition"] == "{}"


async def test_machines_are_listed_page_by_page(driver: Driver) -> None:
    names = [f"m{number}" for number in range(5)]
    for name in names:
        await create(driver, name=name)
    first = await driver("stepfunctions", "ListStateMachines", maxResults=3)
    second = await driver("stepfunctions", "ListStateMachines", nextToken=first["nextToken"])
    assert [each["name"] for each in first["stateMachines"] + second["stateMachines"]] == names
    assert "nextToken" not in second


async def test_variables_that_states_refer_to(driver: Driver) -> None:
    states = {
        "Set": {"Type": "Pass", "Assign": {"guess": 1, "answer": 2}, "Next": "Check"},
        "Check": {
            "Type": "Choice",
            "Choices": [{"Variable": "$guess", "NumericEqualsPath": "$answer", "Next": "Right"}],
            "Default": "Wrong",
        },
        "Right": {"Type": "Succeed"},
        "Wrong": {"Type": "Pass", "Assign": {"guess.$": "$answer"}, "Next": "Check"},
    }
    machine = await create(driver, {"StartAt": "Set", "States": states})
    references = (await described(driver, machine))["variableReferences"]
    assert references == {"Check": ["answer", "guess"], "Wrong": ["answer"]}


async def test_versions(driver: Driver) -> None:
    answer = await driver(
        "stepfunctions",
        "CreateStateMachine",
        name="m",
        definition=json.dumps(PASS),
        roleArn=ROLE,
        publish=True,
        versionDescription="first",
    )
    machine = answer["stateMachineArn"]
    assert answer["stateMachineVersionArn"] == f"{machine}:1"
    assert (await described(driver, f"{machine}:1"))["description"] == "first"
    again = await driver("stepfunctions", "PublishStateMachineVersion", stateMachineArn=machine)
    assert again["stateMachineVersionArn"] == f"{machine}:1"
    updated = await update(driver, machine, definition=json.dumps(OTHER), publish=True)
    assert updated["stateMachineVersionArn"] == f"{machine}:2"
    await driver("stepfunctions", "DeleteStateMachineVersion", stateMachineVersionArn=f"{machine}:2")
    third = await driver("stepfunctions", "PublishStateMachineVersion", stateMachineArn=machine)
    assert third["stateMachineVersionArn"] == f"{machine}:3"
    listed = await driver("stepfunctions", "ListStateMachineVersions", stateMachineArn=machine)
    arns = [each["stateMachineVersionArn"] for each in listed["stateMachineVersions"]]
    assert arns == [f"{machine}:3", f"{machine}:1"]


async def test_publishing_a_revision_that_is_no_longer_current(driver: Driver) -> None:
    machine = await create(driver)
    old = (await update(driver, machine, definition=json.dumps(OTHER)))["revisionId"]
    new = (await update(driver, machine, definition=json.dumps(PASS)))["revisionId"]
    with pytest.raises(AwsError) as refused:
        await driver("stepfunctions", "PublishStateMachineVersion", stateMachineArn=machine, revisionId=old)
    assert refused.value.message == (
        f"Failed to publish the State Machine version for revision {old}. "
        f"The current State Machine revision is {new}."
    )


async def alias(driver: Driver, machine: str, *weights: int, name: str = "live") -> str:
    routing = [
        {"stateMachineVersionArn": f"{machine}:{number}", "weight": weight}
        for number, weight in enumerate(weights, 1)
    ]
    answer = await driver("stepfunctions", "CreateStateMachineAlias", name=name, routingConfiguration=routing)
    arn: str = answer["stateMachineAliasArn"]
    return arn


async def test_an_alias_routes_by_its_weights(driver: Driver) -> None:
    machine = await create(driver, PASS, publish=True)
    await update(driver, machine, definition=json.dumps(OTHER), publish=True)
    live = await alias(driver, machine, 50, 50)
    versions = [
        (await describe(driver, await start(driver, live)))["stateMachineVersionArn"] for _ in range(40)
    ]
    assert {version.rpartition(":")[2] for version in versions} == {"1", "2"}
    listed = await driver("stepfunctions", "ListExecutions", stateMachineArn=live)
    assert len(listed["executions"]) == 40
    assert {each["stateMachineAliasArn"] for each in listed["executions"]} == {live}


async def test_an_execution_says_by_what_it_was_started(driver: Driver) -> None:
    machine = await create(driver, PASS, publish=True)
    live = await alias(driver, machine, 100)
    execution = await start(driver, live)
    answer = await driver("stepfunctions", "GetExecutionHistory", executionArn=execution)
    details = answer["events"][0]["executionStartedEventDetails"]
    assert details["stateMachineAliasArn"] == live
    assert details["stateMachineVersionArn"] == f"{machine}:1"


async def test_a_version_that_an_alias_needs_is_not_deleted(driver: Driver) -> None:
    machine = await create(driver, PASS, publish=True)
    live = await alias(driver, machine, 100)
    with pytest.raises(AwsError, match=r"aliases referencing this version: \[live\]"):
        await driver("stepfunctions", "DeleteStateMachineVersion", stateMachineVersionArn=f"{machine}:1")
    await driver("stepfunctions", "DeleteStateMachineAlias", stateMachineAliasArn=live)
    await driver("stepfunctions", "DeleteStateMachineVersion", stateMachineVersionArn=f"{machine}:1")


async def test_an_alias_is_changed_and_listed(driver: Driver) -> None:
    machine = await create(driver, PASS, publish=True)
    live = await alias(driver, machine, 100)
    assert await alias(driver, machine, 100) == live
    await alias(driver, machine, 100, name="next")
    await driver(
        "stepfunctions", "UpdateStateMachineAlias", stateMachineAliasArn=live, description="what is used"
    )
    found = await driver("stepfunctions", "DescribeStateMachineAlias", stateMachineAliasArn=live)
    assert found["description"] == "what is used"
    assert found["routingConfiguration"] == [{"stateMachineVersionArn": f"{machine}:1", "weight": 100}]
    listed = await driver("stepfunctions", "ListStateMachineAliases", stateMachineArn=machine)
    arns = [each["stateMachineAliasArn"] for each in listed["stateMachineAliases"]]
    assert arns == [live, f"{machine}:next"]


async def test_tags(driver: Driver) -> None:
    machine = await create(driver, tags=[{"key": "team", "value": "ops"}])
    await driver(
        "stepfunctions", "TagResource", resourceArn=machine, tags=[{"key": "stage", "value": "test"}]
    )
    await driver("stepfunctions", "UntagResource", resourceArn=machine, tagKeys=["team"])
    found = await driver("stepfunctions", "ListTagsForResource", resourceArn=machine)
    assert found["tags"] == [{"key": "stage", "value": "test"}]


async def test_a_machine_goes_at_once_when_nothing_runs(driver: Driver) -> None:
    machine = await create(driver)
    execution = await start(driver, machine)
    await driver("stepfunctions", "DeleteStateMachine", stateMachineArn=machine)
    await driver("stepfunctions", "DeleteStateMachine", stateMachineArn=machine)
    with pytest.raises(AwsError, match="StateMachineDoesNotExist"):
        await described(driver, machine)
    found = await driver("stepfunctions", "DescribeStateMachineForExecution", executionArn=execution)
    assert found["definition"] == json.dumps(PASS)


async def test_executions_of_a_deleted_machine_end_at_their_next_step(driver: Driver) -> None:
    machine = await create(driver, chain({"Type": "Wait", "Seconds": 60}, {"Type": "Pass"}))
    execution = await start(driver, machine)
    await driver("stepfunctions", "DeleteStateMachine", stateMachineArn=machine)
    assert (await described(driver, machine))["status"] == "DELETING"
    with pytest.raises(AwsError, match="StateMachineDeleting"):
        await start(driver, machine)
    await driver.advance(59)
    assert (await describe(driver, execution))["status"] == "RUNNING"
    await driver.advance(1)
    assert (await describe(driver, execution))["status"] == "ABORTED"
    with pytest.raises(AwsError, match="StateMachineDoesNotExist"):
        await described(driver, machine)


async def test_a_running_execution_keeps_the_definition_it_began_with(driver: Driver) -> None:
    machine = await create(driver, chain({"Type": "Wait", "Seconds": 60}, {"Type": "Pass", "Result": 1}))
    execution = await start(driver, machine)
    await update(driver, machine, definition=json.dumps(OTHER))
    await driver.advance(60)
    assert (await describe(driver, execution))["output"] == "1"


async def test_a_definition_is_validated(driver: Driver) -> None:
    answer = await driver(
        "stepfunctions", "ValidateStateMachineDefinition", definition='{"StartAt": "A", "States": {}}'
    )
    assert answer["result"] == "FAIL"
    sound = await driver("stepfunctions", "ValidateStateMachineDefinition", definition=json.dumps(PASS))
    assert sound == {"result": "OK", "diagnostics": [], "truncated": False}


@pytest.mark.parametrize("role", ["worker", "arn:aws:iam::000000000000:user/worker"])
async def test_a_role_is_the_arn_of_one(driver: Driver, role: str) -> None:
    refusal = f"Invalid Role Arn: '{role}'"
    with pytest.raises(AwsError, match=refusal):
        await driver(
            "stepfunctions", "CreateStateMachine", name="m", definition=json.dumps(PASS), roleArn=role
        )
    machine = await create(driver)
    with pytest.raises(AwsError, match=refusal):
        await driver("stepfunctions", "UpdateStateMachine", stateMachineArn=machine, roleArn=role)
