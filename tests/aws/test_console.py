"""The web console, seen from outside: users sign in, CloudTrail and rules tell of it, views show what they may."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.aws.conftest import Client
from tests.browser import Browser
from tests.servers import RunningWindsock

PASSWORD = "Correct-horse-7"
SIGN_INS = {"source": ["aws.signin"], "detail-type": ["AWS Console Sign In via CloudTrail"]}


def queue_of_sign_ins(client: Client, account: str) -> str:
    """A queue that a rule sends sign-ins to, and a trail, as events need one."""
    sqs, events = client("sqs", account), client("events", account)
    url = str(sqs.create_queue(QueueName="sign-ins")["QueueUrl"])
    arn = f"arn:aws:sqs:us-east-1:{account}:sign-ins"
    rule = events.put_rule(Name="sign-ins", EventPattern=json.dumps(SIGN_INS))["RuleArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        },
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    events.put_targets(Rule="sign-ins", Targets=[{"Id": "queue", "Arn": arn}])
    client("s3", account).create_bucket(Bucket=f"trail-{account}")
    trail = client("cloudtrail", account)
    trail.create_trail(Name="all", S3BucketName=f"trail-{account}", IsMultiRegionTrail=True)
    trail.start_logging(Name="all")
    return url


def user_with_password(client: Client, account: str, name: str, **settings: Any) -> Any:
    """A user who can sign in; the account's IAM client."""
    iam = client("iam", account)
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password=PASSWORD, **settings)
    return iam


def looked_up(client: Client, account: str, name: str) -> list[Any]:
    found = client("cloudtrail", account).lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}]
    )
    return [json.loads(each["CloudTrailEvent"]) for each in found["Events"]]


def test_a_sign_in_is_told_to_rules_and_found_in_the_history(
    windsock: RunningWindsock, client: Client
) -> None:
    account = "510000000001"
    queue = queue_of_sign_ins(client, account)
    iam = user_with_password(client, account, "ada")
    iam.create_account_alias(AccountAlias="analytical-engines")
    browser = Browser(windsock.endpoint)

    failed = browser.sign_in(account, "ada", "wrong")
    assert failed.status == 401
    page = browser.sign_in("analytical-engines", "ada", PASSWORD)
    assert page.status == 200
    assert "user/ada" in page.text

    windsock.settle()
    messages = client("sqs", account).receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    events = [json.loads(message["Body"]) for message in messages]
    assert {event["source"] for event in events} == {"aws.signin"}
    assert {event["region"] for event in events} == {"us-east-1"}
    outcomes = [event["detail"]["responseElements"]["ConsoleLogin"] for event in events]
    assert sorted(outcomes) == ["Failure", "Success"]

    success, failure = looked_up(client, account, "ConsoleLogin")
    user = iam.get_user(UserName="ada")["User"]
    assert success["userIdentity"] == {
        "type": "IAMUser",
        "principalId": user["UserId"],
        "arn": user["Arn"],
        "accountId": account,
        "userName": "ada",
    }
    assert success["eventType"] == "AwsConsoleSignIn"
    assert success["eventSource"] == "signin.amazonaws.com"
    assert success["additionalEventData"] == {
        "LoginTo": f"{windsock.endpoint}/_windsock/console/",
        "MobileVersion": "No",
        "MFAUsed": "No",
    }
    assert success["userAgent"] == "Mozilla/5.0 (test)"
    assert failure["errorMessage"] == "Failed authentication"
    assert failure["userIdentity"]["accessKeyId"] == ""
    assert "arn" not in failure["userIdentity"]
    assert user["PasswordLastUsed"].isoformat().startswith("2017-01-0")
