"""S9, an exposed access key: Health tells of it, a state machine deletes it and mails what it did.

The event is the article's (seed line 1343), the machine has the shape of the one it deploys, with `Catch` of
ClientError into `$.error-info`. IAM is enforced: each part has a role that may do what it does and no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.servers import start
from tests.walkthroughs.accounts import LOGGING, EnforcedAccount, policy, zipped

ACCOUNT = "123456789012"
REGION = "us-east-1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:SecurityNotificationTopic"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ExposedKey"

EVENT: dict[str, Any] = {
    "version": "0",
    "id": "121345678-1234-1234-1234-123456789012",
    "detail-type": "AWS Health Event",
    "source": "aws.health",
    "account": "123456789012",
    "time": "2016-06-05T06:27:57Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {
        "eventArn": "arn:aws:health:us-east-1::event/AWS_RISK_CREDENTIALS_EXPOSED_XXXXXXXXXXXXXXXXX",
        "service": "RISK",
        "eventTypeCode": "AWS_RISK_CREDENTIALS_EXPOSED",
        "eventTypeCategory": "issue",
        "startTime": "Sat, 05 Jun 2016 15:10:09 GMT",
        "eventDescription": [
            {"language": "en_US", "latestDescription": "A description of the event is provided here"}
        ],
        "affectedEntities": [{"entityValue": "ACCESS_KEY_ID_HERE"}],
    },
}
PATTERN = {
    "source": ["aws.health"],
    "detail-type": ["AWS Health Event"],
    "detail": {
        "service": ["RISK"],
        "eventTypeCategory": ["issue"],
        "eventTypeCode": ["AWS_RISK_CREDENTIALS_EXPOSED", "AWS_RISK_CREDENTIALS_COMPROMISED"],
    },
}

DELETE_KEY = """
import boto3

iam = boto3.client("iam")


def handler(event, context):
    key = event["detail"]["affectedEntities"][0]["entityValue"]
    user = iam.get_access_key_last_used(AccessKeyId=key)["UserName"]
    iam.delete_access_key(UserName=user, AccessKeyId=key)
    return {"account_id": event["account"], "username": user, "deleted_key": key}
"""
SUM_UP = """
from collections import Counter

import boto3

trail = boto3.client("cloudtrail")


def handler(event, context):
    names, types = Counter(), Counter()
    wanted = [{"AttributeKey": "Username", "AttributeValue": event["username"]}]
    for page in trail.get_paginator("lookup_events").paginate(LookupAttributes=wanted):
        for each in page["Events"]:
            names[each["EventName"]] += 1
            types.update(resource["ResourceType"] for resource in each["Resources"])
    return {**event, "event_names": names.most_common(10), "resource_types": types.most_common(10)}
"""
NOTIFY = """
import os

import boto3

sns = boto3.client("sns")


def handler(event, context):
    if "error-info" in event:
        subject, text = "Security Alert: Exposed IAM Key - Error Deleting Key", event["error-info"]["Cause"]
    else:
        whose = "User {username} On Account {account_id}".format(**event)
        subject = "Security Alert: Exposed IAM Key For " + whose
        counts = event["event_names"] + event["resource_types"]
        text = "\\n".join(f"{name}: {count}" for name, count in counts)
    sns.publish(TopicArn=os.environ["TOPIC_ARN"], Subject=subject[:100], Message=text or "nothing was called")
"""


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


DEFINITION = {
    "StartAt": "DeleteAccessKeyPair",
    "States": {
        "DeleteAccessKeyPair": {
            "Type": "Task",
            "Resource": function_arn("DeleteAccessKeyPair"),
            "Next": "LookupCloudTrailEvents",
            "Catch": [
                {"ErrorEquals": ["ClientError"], "ResultPath": "$.error-info", "Next": "NotifySecurity"}
            ],
        },
        "LookupCloudTrailEvents": {
            "Type": "Task",
            "Resource": function_arn("LookupCloudTrailEvents"),
            "Next": "NotifySecurity",
        },
        "NotifySecurity": {"Type": "Task", "Resource": function_arn("NotifySecurity"), "End": True},
    },
}
FUNCTIONS = {
    "DeleteAccessKeyPair": (DELETE_KEY, ["iam:GetAccessKeyLastUsed", "iam:DeleteAccessKey"]),
    "LookupCloudTrailEvents": (SUM_UP, ["cloudtrail:LookupEvents"]),
    "NotifySecurity": (NOTIFY, ["sns:Publish"]),
}


class Account(EnforcedAccount):
    """An account whose root set everything up."""

    def put_health_event(self, event: dict[str, Any]) -> None:
        self.post(f"health-events?account={ACCOUNT}&region={REGION}", event)
        self.server.settle()

    def alerts(self) -> list[dict[str, str]]:
        """What was mailed, oldest first, without the request to confirm."""
        return self.mails("Security Alert")

    def executions(self) -> list[str]:
        found = self.client("stepfunctions").list_executions(stateMachineArn=MACHINE)["executions"]
        return [each["status"] for each in found]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with start("--memory", "--clock", "virtual:2017-08-01T12:00:00Z", "--iam", "enforce") as server:
        account = Account(server, ACCOUNT, REGION)
        deploy(account)
        yield account


def deploy(account: Account) -> None:
    """What the article's template deploys."""
    sns, lambda_ = account.client("sns"), account.client("lambda")
    sns.create_topic(Name="SecurityNotificationTopic", Attributes={"KmsMasterKeyId": "alias/aws/sns"})
    account.subscribe(TOPIC, "security@example.com")
    for name, (text, actions) in FUNCTIONS.items():
        lambda_.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role=account.role(name, "lambda.amazonaws.com", actions + LOGGING),
            Handler="index.handler",
            Code={"ZipFile": zipped(text)},
            Environment={"Variables": {"TOPIC_ARN": TOPIC}},
            Timeout=30,
        )
    account.client("stepfunctions").create_state_machine(
        name="ExposedKey",
        definition=json.dumps(DEFINITION),
        roleArn=account.role("Machine", f"states.{REGION}.amazonaws.com", ["lambda:InvokeFunction"]),
    )
    events = account.client("events")
    events.put_rule(Name="RiskCredentialsExposedRule", EventPattern=json.dumps(PATTERN))
    role = account.role("Rule", "events.amazonaws.com", ["states:StartExecution"])
    target = {"Id": "machine", "Arn": MACHINE, "RoleArn": role}
    assert events.put_targets(Rule="RiskCredentialsExposedRule", Targets=[target])["FailedEntries"] == []


def exposed(key: str, **detail: Any) -> dict[str, Any]:
    """The article's event about this key."""
    return {
        **EVENT,
        "detail": {**EVENT["detail"], "affectedEntities": [{"entityValue": key}], **detail},
    }


def user_with_key(account: Account, name: str, actions: list[str]) -> tuple[str, str]:
    iam = account.client("iam")
    iam.create_user(UserName=name)
    allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=policy(allow))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_the_key_goes_and_security_is_told_what_it_did(account: Account) -> None:
    key = user_with_key(account, "test-user", ["iam:CreateRole", "iam:PutRolePolicy"])
    thief = account.client("iam", key)
    trust = policy({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
    allow = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    thief.create_role(RoleName="backdoor", AssumeRolePolicyDocument=trust)
    for name in ("one", "two"):
        thief.put_role_policy(RoleName="backdoor", PolicyName=name, PolicyDocument=allow)

    account.put_health_event(exposed(key[0]))

    assert account.executions() == ["SUCCEEDED"]
    assert account.client("iam").list_access_keys(UserName="test-user")["AccessKeyMetadata"] == []
    with pytest.raises(ClientError) as refusal:
        account.client("sts", key).get_caller_identity()
    assert refusal.value.response["Error"]["Code"] == "InvalidClientTokenId"
    (mail,) = account.alerts()
    assert mail["subject"] == "Security Alert: Exposed IAM Key For User test-user On Account 123456789012"
    assert "PutRolePolicy: 2\nCreateRole: 1\n" in mail["text"]
    assert "AWS::IAM::Role: 3" in mail["text"]


def test_a_key_that_is_gone_is_an_error_that_is_caught(account: Account) -> None:
    before = len(account.alerts())
    states = account.client("stepfunctions")
    started = states.start_execution(
        stateMachineArn=MACHINE, name="again", input=json.dumps(exposed("AKIAGONE000000000000"))
    )["executionArn"]
    account.server.settle()
    assert states.describe_execution(executionArn=started)["status"] == "SUCCEEDED"
    history = states.get_execution_history(executionArn=started)["events"]
    entered = [
        each["stateEnteredEventDetails"]["name"] for each in history if "stateEnteredEventDetails" in each
    ]
    assert entered == ["DeleteAccessKeyPair", "NotifySecurity"]
    assert [mail["subject"] for mail in account.alerts()[before:]] == [
        "Security Alert: Exposed IAM Key - Error Deleting Key"
    ]


def test_a_user_who_called_nothing_has_an_empty_summary(account: Account) -> None:
    before = len(account.alerts())
    key = user_with_key(account, "quiet-user", ["sns:ListTopics"])
    account.put_health_event(exposed(key[0], eventArn="arn:aws:health:us-east-1::event/RISK/R/R_quiet"))
    (mail,) = account.alerts()[before:]
    assert "nothing was called" in mail["text"]


def test_another_type_of_event_starts_nothing(account: Account) -> None:
    before = len(account.executions())
    account.put_health_event(exposed("AKIA", eventTypeCode="AWS_RISK_OTHER", eventArn=None))
    account.server.advance(60)
    assert len(account.executions()) == before


def test_what_only_aws_may_say_nobody_else_can(account: Account) -> None:
    entry = {"Source": "aws.health", "DetailType": "AWS Health Event", "Detail": json.dumps(EVENT["detail"])}
    answer = account.client("events").put_events(Entries=[entry])
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSource"
