"""The web console from outside: users sign in, CloudTrail and rules tell of it, views show what they may."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime
from typing import Any

import boto3
import pytest
from tests.aws.conftest import Client
from tests.browser import Browser
from tests.servers import start

from windsock.services.iam.one_time_codes import code_at
from windsock.testing import Server

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


def test_a_sign_in_is_told_to_rules_and_found_in_the_history(windsock: Server, client: Client) -> None:
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


def test_a_user_with_a_device_shows_a_code(windsock: Server, client: Client) -> None:
    account = "510000000002"
    iam = user_with_password(client, account, "grace")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    seed = device["Base32StringSeed"].decode()
    now = windsock_now(windsock)
    codes = {"AuthenticationCode1": code_at(seed, now), "AuthenticationCode2": code_at(seed, now + 30_000)}
    iam.enable_mfa_device(UserName="grace", SerialNumber=device["SerialNumber"], **codes)
    browser = Browser(windsock.endpoint)

    asked = browser.sign_in(account, "grace", PASSWORD)
    assert "Multi-factor authentication" in asked.text
    assert "windsock-session" not in browser.cookies
    page = browser.send(asked, "sign-in/code", code=code_at(seed, windsock_now(windsock)))
    assert "user/grace" in page.text
    assert [each["additionalEventData"] for each in looked_up(client, account, "CheckMfa")] == [
        {"MfaType": "Virtual MFA"}
    ]
    (login,) = looked_up(client, account, "ConsoleLogin")
    assert login["additionalEventData"]["MFAUsed"] == "Yes"


def test_a_user_who_must_sets_a_new_password(windsock: Server, client: Client) -> None:
    account, new = "510000000003", "Battery-staple-8"
    user_with_password(client, account, "alan", PasswordResetRequired=True)
    browser = Browser(windsock.endpoint)
    asked = browser.sign_in(account, "alan", PASSWORD)
    assert "You must change your password" in asked.text
    old = {"old_password": PASSWORD}
    refused = browser.send(asked, "sign-in/password", **old, new_password="no", new_password_again="no")
    assert (refused.status, "password policy" in refused.text) == (400, True)
    page = browser.send(refused, "sign-in/password", **old, new_password=new, new_password_again=new)
    assert "user/alan" in page.text
    changed = looked_up(client, account, "ChangePassword")
    assert [each.get("errorCode") for each in changed] == [None, "PasswordPolicyViolation"]
    assert changed[0]["userIdentity"]["userName"] == "alan"
    assert "user/alan" in Browser(windsock.endpoint).sign_in(account, "alan", new).text


def test_a_broker_s_link_signs_in(windsock: Server, client: Client) -> None:
    account = "510000000004"
    credentials = client("sts", account).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/guest", RoleSessionName="margaret"
    )["Credentials"]
    session = {
        "sessionId": credentials["AccessKeyId"],
        "sessionKey": credentials["SecretAccessKey"],
        "sessionToken": credentials["SessionToken"],
    }
    asked = {"Action": "getSigninToken", "SessionDuration": "1800", "Session": json.dumps(session)}
    with urllib.request.urlopen(f"{windsock.endpoint}/federation?{urllib.parse.urlencode(asked)}") as answer:
        token = json.load(answer)["SigninToken"]
    link = {
        "Action": "login",
        "Issuer": "https://example.com",
        "Destination": f"{windsock.endpoint}/_windsock/console/event-history",
        "SigninToken": token,
    }
    browser = Browser(windsock.endpoint)
    followed = browser.open(f"/federation?{urllib.parse.urlencode(link)}", follow=False)
    assert "SameSite=Lax" in followed.cookies[0]
    page = browser.open(followed.headers["location"])
    assert "assumed-role/guest/margaret" in page.text
    assert "Event history" in page.text
    (login,) = looked_up(client, account, "ConsoleLogin")
    assert login["userIdentity"]["type"] == "AssumedRole"

    with pytest.raises(urllib.error.HTTPError, match="401"):
        asked["Session"] = json.dumps({**session, "sessionKey": "wrong"})
        urllib.request.urlopen(f"{windsock.endpoint}/federation?{urllib.parse.urlencode(asked)}")
    broken = browser.open(f"/federation?{urllib.parse.urlencode({**link, 'SigninToken': 'x'})}")
    assert (broken.status, "Ask for a new one" in broken.text) == (401, True)


def test_buckets_may_have_the_names_of_the_console_s_paths(client: Client) -> None:
    s3 = client("s3", "510000000005")
    for bucket in ("federation", "console"):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="key", Body=b"x")
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
        assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"x"


def test_where_iam_is_enforced_views_show_what_one_may_see() -> None:
    with start("--memory", "--iam", "enforce") as windsock:
        made = urllib.request.Request(
            f"{windsock.endpoint}/_windsock/accounts", b'{"account": "510000000006"}'
        )
        with urllib.request.urlopen(made) as answer:
            root = json.load(answer)

        def client(service: str, account: str) -> Any:
            return boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=windsock.endpoint,
                region_name="us-east-1",
                aws_access_key_id=root["access_key_id"],
                aws_secret_access_key=root["secret_access_key"],
            )

        iam = user_with_password(client, "510000000006", "ada")
        browser = Browser(windsock.endpoint)
        assert "Without signing in" not in browser.open("event-history").text
        page = browser.sign_in("510000000006", "ada", PASSWORD)
        assert "is not authorized to perform: iam:GetAccountAuthorizationDetails" in page.text
        iam.attach_user_policy(UserName="ada", PolicyArn="arn:aws:iam::aws:policy/SecurityAudit")
        assert "iam:GetAccountAuthorizationDetails" in browser.open("denied-calls").text
        assert "AttachUserPolicy" in browser.open("event-history").text

        roots = Browser(windsock.endpoint)
        fields = {
            "kind": "root",
            "account": root["account"],
            "access_key": root["access_key_id"],
            "secret_key": root["secret_access_key"],
        }
        assert "root" in roots.send(roots.open("sign-in"), "sign-in", **fields).text


def test_a_start_says_where_the_console_is(windsock: Server) -> None:
    assert windsock.wait_for_output(rf"console +{re.escape(windsock.endpoint)}/_windsock/console\n")


def windsock_now(windsock: Server) -> int:
    """The present instant of windsock's clock, in milliseconds."""
    return round(datetime.fromisoformat(windsock.get("clock")["now"]).timestamp() * 1000)
