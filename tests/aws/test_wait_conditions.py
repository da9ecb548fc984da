"""Wait conditions: whoever has the URL of the handle says that something is done, and the stack goes on."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from windsock.testing import Account, Server

TEMPLATE = {
    "Resources": {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Wait": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": {"Handle": {"Ref": "Handle"}, "Count": "2", "Timeout": "600"},
        },
    },
    "Outputs": {"Data": {"Value": {"Fn::GetAtt": ["Wait", "Data"]}}},
}


@pytest.fixture
def account(windsock: Server) -> Account:
    """An account with a stack that waits."""
    account = windsock.account()
    account.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE))
    account.settle()
    return account


def test_the_stack_goes_on_once_there_are_enough_signals(account: Account) -> None:
    signal(account, UniqueId="one", Status="SUCCESS", Data="1")
    signal(account, UniqueId="one", Status="SUCCESS", Data="the first of one counts")
    account.advance(60)
    assert stack(account)["StackStatus"] == "CREATE_IN_PROGRESS"
    signal(account, UniqueId="two", Status="SUCCESS", Data="2")
    account.advance(60)
    assert stack(account)["StackStatus"] == "CREATE_COMPLETE"
    (output,) = stack(account)["Outputs"]
    assert json.loads(output["OutputValue"]) == {"one": "1", "two": "2"}


def test_one_failure_fails_it(account: Account) -> None:
    signal(account, UniqueId="one", Status="FAILURE", Reason="no disk")
    account.advance(60)
    assert reasons(account) == ["WaitCondition received failed message: 'no disk' for uniqueId: one"]


def test_it_has_its_time(account: Account) -> None:
    signal(account, UniqueId="one", Status="SUCCESS")
    account.advance(700)
    assert reasons(account) == ["WaitCondition timed out. Received 1 conditions when expecting 2"]


def test_only_handles_that_are_there_take_signals(account: Account) -> None:
    url = handle(account)
    account.client("cloudformation").delete_stack(StackName="s")
    account.advance(60)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        put(url, {"UniqueId": "one", "Status": "SUCCESS"})


def stack(account: Account) -> dict[str, Any]:
    (found,) = account.client("cloudformation").describe_stacks(StackName="s")["Stacks"]
    described: dict[str, Any] = found
    return described


def reasons(account: Account) -> list[str]:
    """Why resources failed."""
    events = account.client("cloudformation").describe_stack_events(StackName="s")["StackEvents"]
    return [event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"]


def handle(account: Account) -> str:
    """The URL."""
    found = account.client("cloudformation").describe_stack_resource(
        StackName="s", LogicalResourceId="Handle"
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def signal(account: Account, **what: str) -> None:
    put(handle(account), what)


def put(url: str, what: dict[str, str]) -> None:
    """PUT as `curl -X PUT --data-binary` of AWS's examples does, without a type of content."""
    request = urllib.request.Request(url, json.dumps(what).encode(), {"Content-Type": ""}, method="PUT")
    with urllib.request.urlopen(request):
        pass
