"""The chain's decisions: who is refused where IAM is enforced, and what is noted where it is audited."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START_MS, Driver, driving

from windsock.engine.access_errors import AccessDenied
from windsock.engine.calls import Caller
from windsock.engine.denials import Denial, Denials
from windsock.engine.identities import Session
from windsock.engine.rooms import Rooms
from windsock.engine.settings import EngineSettings, IamMode
from windsock.kernel.errors import AwsError
from windsock.kernel.limits import DENIALS_KEPT
from windsock.kernel.scope import Scope

ACCOUNT = "111122223333"
OTHER = "444455556666"
HERE = Scope(ACCOUNT, "us-east-1")
ALICE = Caller("user", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/alice", user_id="AIDAALICE")
WORKER = f"arn:aws:iam::{ACCOUNT}:role/worker"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"
URL = f"/{ACCOUNT}/jobs"

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:reader"

Running = Callable[[IamMode], AbstractAsyncContextManager[Driver]]


@pytest.fixture
def running(rooms: Rooms, empty_database: Path, tmp_path: Path) -> Running:
    """An engine in a mode, with a user `alice` and a queue `jobs` in the account."""

    @contextlib.asynccontextmanager
    async def run(mode: IamMode) -> AsyncIterator[Driver]:
        async with driving(rooms, empty_database, tmp_path, EngineSettings(iam=mode)) as driver:
            await as_root(driver, "iam", "CreateUser", UserName="alice")
            await as_root(driver, "sqs", "CreateQueue", QueueName="jobs")
            yield driver

    return run


async def as_root(driver: Driver, service: str, operation: str, **params: Any) -> dict[str, Any]:
    return await driver(service, operation, account=ACCOUNT, **params)


async def call(driver: Driver, caller: Caller, service: str, operation: str, **params: Any) -> dict[str, Any]:
    scope = Scope(caller.account, "us-east-1")
    return await driver.engine.call(service, operation, params, caller=caller, scope=scope) or {}


async def send(driver: Driver, caller: Caller = ALICE) -> dict[str, Any]:
    return await call(driver, caller, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")


async def refused(
    driver: Driver, caller: Caller, service: str, operation: str, **params: Any
) -> AccessDenied:
    with pytest.raises(AccessDenied) as refusal:
        await call(driver, caller, service, operation, **params)
    return refusal.value


def document(effect: str = "Allow", **elements: Any) -> str:
    statement = {"Effect": effect, **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


async def grant(driver: Driver, *, name: str = "p", **elements: Any) -> None:
    await as_root(
        driver, "iam", "PutUserPolicy", UserName="alice", PolicyName=name, PolicyDocument=document(**elements)
    )


async def queue_policy(driver: Driver, **elements: Any) -> None:
    policy = document(**{"Action": "sqs:*", "Resource": QUEUE} | elements)
    await as_root(driver, "sqs", "SetQueueAttributes", QueueUrl=URL, Attributes={"Policy": policy})


async def role(
    driver: Driver, trust: Any, *statements: dict[str, Any], name: str = "worker", account: str = ACCOUNT
) -> None:
    await driver(
        "iam",
        "CreateRole",
        account=account,
        RoleName=name,
        AssumeRolePolicyDocument=document(Action="sts:AssumeRole", **trust),
    )
    for number, statement in enumerate(statements):
        await driver(
            "iam",
            "PutRolePolicy",
            account=account,
            RoleName=name,
            PolicyName=f"p{number}",
            PolicyDocument=document(**statement),
        )


def denials(driver: Driver) -> list[dict[str, Any]]:
    return list(driver.engine.part(Denials).latest())


async def test_a_user_needs_a_policy_that_allows(running: Running) -> None:
    async with running("enforce") as driver:
        error = await refused(driver, ALICE, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert (error.code, error.status) == ("AccessDenied", 403)
        assert error.message == (
            f"User: {ALICE.principal} is not authorized to perform: sqs:sendmessage on resource: {QUEUE} "
            "because no identity-based policy allows the sqs:sendmessage action"
        )
        await grant(driver, Action="sqs:Send*", Resource=f"arn:aws:sqs:*:{ACCOUNT}:j*")
        await send(driver)
        await refused(driver, ALICE, "sqs", "PurgeQueue", QueueUrl=URL)


async def test_changes_of_policies_count_at_once(running: Running) -> None:
    async with running("enforce") as driver:
        await grant(driver, Action="*", Resource="*")
        await send(driver)
        await grant(driver, name="q", effect="Deny", Action="sqs:*", Resource="*")
        error = await refused(driver, ALICE, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert error.message.endswith("with an explicit deny in an identity-based policy")
        await as_root(driver, "iam", "DeleteUserPolicy", UserName="alice", PolicyName="q")
        await send(driver)


async def test_groups_and_boundaries(running: Running) -> None:
    async with running("enforce") as driver:
        await as_root(driver, "iam", "CreateGroup", GroupName="senders")
        await as_root(
            driver,
            "iam",
            "PutGroupPolicy",
            GroupName="senders",
            PolicyName="p",
            PolicyDocument=document(Action="sqs:*", Resource="*"),
        )
        await as_root(driver, "iam", "AddUserToGroup", GroupName="senders", UserName="alice")
        await send(driver)
        boundary = await as_root(
            driver,
            "iam",
            "CreatePolicy",
            PolicyName="b",
            PolicyDocument=document(Action="s3:*", Resource="*"),
        )
        arn = boundary["Policy"]["Arn"]
        await as_root(driver, "iam", "PutUserPermissionsBoundary", UserName="alice", PermissionsBoundary=arn)
        error = await refused(driver, ALICE, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert "because no permissions boundary allows the sqs:sendmessage action" in error.message


async def test_managed_policies_of_aws(running: Running) -> None:
    async with running("enforce") as driver:
        arn = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
        await as_root(driver, "iam", "AttachUserPolicy", UserName="alice", PolicyArn=arn)
        await call(driver, ALICE, "sqs", "GetQueueAttributes", QueueUrl=URL)
        await refused(driver, ALICE, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")


async def test_the_policy_of_a_queue_can_let_in(running: Running) -> None:
    async with running("enforce") as driver:
        await queue_policy(driver, Principal={"AWS": ALICE.principal})
        await send(driver)
        await queue_policy(driver, effect="Deny", Principal="*")
        error = await refused(driver, ALICE, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert error.message.endswith("with an explicit deny in a resource-based policy")


async def test_another_account_needs_both_sides(running: Running) -> None:
    bob = Caller("user", OTHER, f"arn:aws:iam::{OTHER}:user/bob", user_id="AIDABOB")
    async with running("enforce") as driver:
        await driver("iam", "CreateUser", account=OTHER, UserName="bob")
        await driver(
            "iam",
            "PutUserPolicy",
            account=OTHER,
            UserName="bob",
            PolicyName="p",
            PolicyDocument=document(Action="sqs:*", Resource="*"),
        )
        error = await refused(driver, bob, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert "because no resource-based policy allows" in error.message
        await queue_policy(driver, Principal={"AWS": OTHER})
        await send(driver, bob)


async def test_the_root_of_another_account_needs_the_queues_policy(running: Running) -> None:
    async with running("enforce") as driver:
        stranger = replace(Caller.root(OTHER), access_key="AKIAOTHER")
        error = await refused(driver, stranger, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert "because no resource-based policy allows" in error.message
        await queue_policy(driver, Principal={"AWS": OTHER})
        await send(driver, stranger)


async def test_a_bus_can_let_in_a_role_or_an_organisation(running: Running) -> None:
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    entry = {"Source": "mine", "DetailType": "d", "Detail": "{}", "EventBusName": bus}
    sender = Caller.role(f"arn:aws:iam::{OTHER}:role/sender", OTHER, "events.amazonaws.com")

    async def failures(driver: Driver, caller: Caller) -> int:
        answer = await call(driver, caller, "events", "PutEvents", Entries=[entry])
        return int(answer["FailedEntryCount"])

    async def let_in(driver: Driver, **elements: Any) -> None:
        policy = document(Action="events:PutEvents", Resource=bus, **elements)
        await as_root(driver, "events", "PutPermission", Policy=policy)

    async with running("audit") as driver:
        assert await failures(driver, sender) == 1
        await let_in(driver, Principal={"AWS": sender.principal})
        assert (await failures(driver, sender), await failures(driver, Caller.root(OTHER))) == (0, 1)
        founded = await driver("organizations", "CreateOrganization", account=ACCOUNT)
        in_organisation = {
            "StringEquals": {"aws:PrincipalOrgID": founded["Organization"]["Id"]},
            "Null": {"events:source": "false"},
        }
        await let_in(driver, Principal="*", Condition=in_organisation)
        assert await failures(driver, sender) == 1
        target = {"Id": OTHER, "Type": "ACCOUNT"}
        invited = await as_root(driver, "organizations", "InviteAccountToOrganization", Target=target)
        accepted = {"HandshakeId": invited["Handshake"]["Id"]}
        await driver("organizations", "AcceptHandshake", account=OTHER, **accepted)
        assert await failures(driver, sender) == 0


async def test_passing_a_role_is_a_permission_too(running: Running) -> None:
    async with running("enforce") as driver:
        await grant(driver, Action="events:*", Resource="*")
        targets = {"Rule": "r", "Targets": [{"Id": "1", "Arn": QUEUE, "RoleArn": WORKER}]}
        await call(driver, ALICE, "events", "PutRule", Name="r", ScheduleExpression="rate(1 hour)")
        error = await refused(driver, ALICE, "events", "PutTargets", **targets)
        assert (error.code, error.status) == ("AccessDeniedException", 400)
        assert f"perform: iam:PassRole on resource: {WORKER} because" in error.message
        condition = {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}}
        await grant(driver, name="pass", Action="iam:PassRole", Resource=WORKER, Condition=condition)
        await call(driver, ALICE, "events", "PutTargets", **targets)


async def test_a_session_is_bound_by_its_policies(running: Running) -> None:
    async with running("enforce") as driver:
        await role(driver, {"Principal": {"AWS": ACCOUNT}}, {"Action": "sqs:*", "Resource": "*"})
        known = driver.engine.identities.principal(WORKER)
        assert known is not None

        def caller(**changes: Any) -> Caller:
            fields = {"issuer": WORKER, "issuer_id": known.unique_id, "issued_ms": START_MS, "name": "s"}
            limits = Session(**{"expires_ms": START_MS + 1, **fields, **changes})
            arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/s"
            return Caller("role", ACCOUNT, arn, user_id=f"{known.unique_id}:s", session=limits)

        await send(driver, caller())
        bound = caller(policies=(document(Action="sqs:ReceiveMessage", Resource="*"),))
        error = await refused(driver, bound, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert "because no session policy allows" in error.message
        await send(driver, caller(policy_arns=("arn:aws:iam::aws:policy/AmazonSQSFullAccess",)))
        await refused(
            driver, caller(issuer_id="AROAOLD"), "sqs", "SendMessage", QueueUrl=URL, MessageBody="x"
        )


async def test_a_role_that_a_service_takes_must_trust_it(running: Running) -> None:
    rule = Caller.role(WORKER, ACCOUNT, "events.amazonaws.com", f"arn:aws:events:us-east-1:{ACCOUNT}:rule/r")
    async with running("enforce") as driver:
        error = await refused(driver, rule, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert error.message == (
            f"User: events.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {WORKER} "
            "because no role trust policy allows the sts:AssumeRole action"
        )
        trust = {
            "Principal": {"Service": "events.amazonaws.com"},
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{ACCOUNT}:rule/*"}},
        }
        await role(driver, trust)
        error = await refused(driver, rule, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert error.message.startswith(f"User: arn:aws:sts::{ACCOUNT}:assumed-role/worker/events is not")
        await as_root(
            driver,
            "iam",
            "PutRolePolicy",
            RoleName="worker",
            PolicyName="p",
            PolicyDocument=document(Action="sqs:SendMessage", Resource=QUEUE),
        )
        await send(driver, rule)
        other = Caller.role(WORKER, ACCOUNT, "lambda.amazonaws.com")
        await refused(driver, other, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")


async def test_a_role_of_another_account_taken_through_an_own_one(running: Running) -> None:
    """Step Functions: the target role trusts the machine's role, for its machine."""
    machine, theirs = (
        f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m",
        f"arn:aws:iam::{OTHER}:role/theirs",
    )
    task = Caller.role(theirs, OTHER, "states.amazonaws.com", machine, WORKER)
    condition = {"StringEquals": {"sts:ExternalId": machine}}
    async with running("enforce") as driver:
        error = await refused(driver, task, "sqs", "CreateQueue", QueueName="q")
        assert error.message.startswith(
            f"User: states.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {WORKER} "
        )
        may_take = {"Action": "sts:AssumeRole", "Resource": theirs}
        own = {"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": machine}}
        await role(driver, {"Principal": {"Service": "states.amazonaws.com"}, "Condition": own}, may_take)
        error = await refused(driver, task, "sqs", "CreateQueue", QueueName="q")
        assert error.message.startswith(
            f"User: arn:aws:sts::{ACCOUNT}:assumed-role/worker/states is not authorized to perform: "
            f"sts:AssumeRole on resource: {theirs} because "
        )
        everything = {"Action": "sqs:*", "Resource": "*"}
        trust = {"Principal": {"AWS": WORKER}, "Condition": condition}
        await role(driver, trust, everything, name="theirs", account=OTHER)
        url = (await call(driver, task, "sqs", "CreateQueue", QueueName="q"))["QueueUrl"]
        assert url.endswith(f"/{OTHER}/q")
        await refused(driver, replace(task, source_arn=f"{machine}2"), "sqs", "ListQueues")
        await as_root(driver, "iam", "DeleteRolePolicy", RoleName="worker", PolicyName="p0")
        await refused(driver, task, "sqs", "ListQueues")


async def test_a_service_delivers_where_it_is_let_in(running: Running) -> None:
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:news"
    sns = Caller.service("sns.amazonaws.com", ACCOUNT, topic)
    async with running("enforce") as driver:
        error = await refused(driver, sns, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        assert "because no resource-based policy allows the sqs:sendmessage action" in error.message
        let_in = {"Principal": {"Service": "sns.amazonaws.com"}}
        await queue_policy(driver, **let_in, Condition={"ArnEquals": {"aws:SourceArn": topic}})
        await send(driver, sns)
        other = Caller.service("sns.amazonaws.com", ACCOUNT, topic + "2")
        await refused(driver, other, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        await call(driver, sns, "sqs", "GetQueueAttributes", QueueUrl=URL)  # its own affair


async def test_a_log_group_sends_to_a_function_that_lets_it_in(running: Running) -> None:
    subscription = {
        "logGroupName": "app",
        "filterName": "all",
        "filterPattern": "",
        "destinationArn": FUNCTION,
    }

    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", "handler = print")

    async def prepare(driver: Driver) -> None:
        await as_root(driver, "logs", "CreateLogGroup", logGroupName="app")
        await as_root(
            driver,
            "lambda",
            "CreateFunction",
            FunctionName="reader",
            Runtime="python3.11",
            Handler="index.handler",
            Role=WORKER,
            Code={"ZipFile": package.getvalue()},
        )

    async with running("enforce") as driver:
        await prepare(driver)
        with pytest.raises(AwsError, match="Make sure you have given CloudWatch Logs permission to execute"):
            await as_root(driver, "logs", "PutSubscriptionFilter", **subscription)
        for number, group in enumerate(("other", "app")):
            await as_root(
                driver,
                "lambda",
                "AddPermission",
                FunctionName="reader",
                StatementId=str(number),
                Action="lambda:InvokeFunction",
                Principal="logs.amazonaws.com",
                SourceArn=f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}:*",
            )
            if group == "other":
                with pytest.raises(AwsError, match="Could not execute the lambda function"):
                    await as_root(driver, "logs", "PutSubscriptionFilter", **subscription)
        await as_root(driver, "logs", "PutSubscriptionFilter", **subscription)
    async with running("audit") as driver:
        await prepare(driver)
        await as_root(driver, "logs", "PutSubscriptionFilter", **subscription)
        assert [(each["action"], each["user"]) for each in denials(driver)] == [
            ("lambda:InvokeFunction", "logs.amazonaws.com")
        ]


async def test_an_alarm_acts_where_it_is_let_in(running: Running) -> None:
    """As the pages of alarms show it: topics let CloudWatch in for an alarm, functions another principal."""
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    async with running("audit") as driver:
        topic = (await as_root(driver, "sns", "CreateTopic", Name="t"))["TopicArn"]
        alarm = {
            "Namespace": "n",
            "MetricName": "m",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
        }
        alarm |= {"Threshold": 1, "ComparisonOperator": "GreaterThanThreshold", "AlarmName": "busy"}
        await as_root(driver, "cloudwatch", "PutMetricAlarm", **alarm, AlarmActions=[topic, function])
        for arn in (
            f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:other",
            f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:b*",
        ):
            policy = document(
                Principal={"Service": "cloudwatch.amazonaws.com"},
                Action="sns:Publish",
                Resource=topic,
                Condition={"ArnLike": {"aws:SourceArn": arn}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
            )
            await as_root(
                driver,
                "sns",
                "SetTopicAttributes",
                TopicArn=topic,
                AttributeName="Policy",
                AttributeValue=policy,
            )
            for state in ("OK", "ALARM"):
                set_to = {"AlarmName": "busy", "StateValue": state, "StateReason": "r"}
                await as_root(driver, "cloudwatch", "SetAlarmState", **set_to)
            await driver.settle()
        found = {each["user"]: each["count"] for each in denials(driver)}
        assert found == {"cloudwatch.amazonaws.com": 1, "lambda.alarms.cloudwatch.amazonaws.com": 2}


async def test_logs_of_state_machines_need_no_policy(running: Running) -> None:
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:machines:*"
    logging = {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]}
    async with running("enforce") as driver:
        await as_root(driver, "logs", "CreateLogGroup", logGroupName="machines")
        machine = await as_root(
            driver,
            "stepfunctions",
            "CreateStateMachine",
            name="m",
            roleArn=WORKER,
            definition=json.dumps({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}),
            loggingConfiguration=logging,
        )
        await as_root(driver, "stepfunctions", "StartExecution", stateMachineArn=machine["stateMachineArn"])
        await driver.settle()
        assert (await as_root(driver, "logs", "FilterLogEvents", logGroupName="machines"))["events"]


async def test_a_service_announces_its_events_on_an_own_bus(running: Running) -> None:
    ec2 = Caller.service("ec2.amazonaws.com", ACCOUNT)
    entry = {"Source": "aws.ec2", "DetailType": "d", "Detail": "{}"}
    async with running("enforce") as driver:
        answer = await call(driver, ec2, "events", "PutEvents", Entries=[entry])
        assert answer["FailedEntryCount"] == 0


async def test_assuming_a_role_asks_its_trust_policy(running: Running) -> None:
    asked = {"RoleArn": WORKER, "RoleSessionName": "ss"}
    async with running("enforce") as driver:
        await grant(driver, Action="sts:*", Resource="*")
        await refused(driver, ALICE, "sts", "AssumeRole", **asked)
        condition = {"StringEquals": {"sts:ExternalId": "42"}}
        await role(driver, {"Principal": {"AWS": ACCOUNT}, "Condition": condition})
        await refused(driver, ALICE, "sts", "AssumeRole", **asked)
        answer = await call(driver, ALICE, "sts", "AssumeRole", **asked, ExternalId="42")
        assert answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/worker/ss")
        error = await refused(
            driver, ALICE, "sts", "AssumeRole", **asked, ExternalId="42", Tags=[{"Key": "a", "Value": "b"}]
        )
        assert "sts:TagSession" in error.message


async def test_who_one_is_needs_no_permission(running: Running) -> None:
    async with running("enforce") as driver:
        assert (await call(driver, ALICE, "sts", "GetCallerIdentity"))["Arn"] == ALICE.principal


async def test_a_denied_call_is_refused_before_it_is_looked_at(running: Running) -> None:
    async with running("enforce") as driver:
        await refused(driver, ALICE, "sqs", "SendMessage", NoSuchParameter=1)


@pytest.mark.parametrize("key", ["aws:ResourceTag/team", "sqs:ResourceTag/Team"])
async def test_tags_of_a_resource_count(running: Running, key: str) -> None:
    async with running("enforce") as driver:
        condition = {"StringEquals": {key: "${aws:username}"}}
        await grant(driver, Action="sqs:*", Resource="*", Condition=condition)
        await refused(driver, ALICE, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")
        await as_root(driver, "sqs", "TagQueue", QueueUrl=URL, Tags={"team": "alice"})
        await send(driver)
        await refused(driver, ALICE, "sqs", "SendMessage", QueueUrl=f"/{ACCOUNT}/none", MessageBody="x")


async def test_a_log_group_is_meant_by_its_arn_with_a_star_and_has_tags(running: Running) -> None:
    async with running("enforce") as driver:
        for name, tags in (("mine", {"team": "a"}), ("theirs", {"team": "b"})):
            await as_root(driver, "logs", "CreateLogGroup", logGroupName=name, tags=tags)
        await grant(
            driver,
            Action="logs:PutRetentionPolicy",
            Resource=f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:*:*",
            Condition={"StringEquals": {"aws:ResourceTag/team": "a"}},
        )
        kept = {"retentionInDays": 7}
        await call(driver, ALICE, "logs", "PutRetentionPolicy", logGroupName="mine", **kept)
        error = await refused(driver, ALICE, "logs", "PutRetentionPolicy", logGroupName="theirs", **kept)
        assert f"on resource: arn:aws:logs:us-east-1:{ACCOUNT}:log-group:theirs:log-stream:" in error.message


async def test_tags_are_asked_of_every_service(running: Running) -> None:
    tags = [{"Key": "team", "Value": "a"}]
    async with running("enforce") as driver:
        await as_root(driver, "events", "PutRule", Name="r", ScheduleExpression="rate(1 hour)", Tags=tags)
        topic = (await as_root(driver, "sns", "CreateTopic", Name="t", Tags=tags))["TopicArn"]
        condition = {"StringEquals": {"aws:ResourceTag/team": "a"}}
        await grant(driver, Action="*", Resource="*", Condition=condition)
        await call(driver, ALICE, "events", "DescribeRule", Name="r")
        await call(driver, ALICE, "sns", "GetTopicAttributes", TopicArn=topic)
        await refused(driver, ALICE, "events", "DescribeEventBus")


async def test_whom_a_root_federates_may_what_the_session_may(running: Running) -> None:
    session = Session(
        issuer=f"arn:aws:iam::{ACCOUNT}:root",
        issuer_id=ACCOUNT,
        issued_ms=START_MS,
        expires_ms=START_MS + 1,
        name="fred",
        policies=(document(Action="sqs:SendMessage", Resource="*"),),
    )
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/fred"
    fred = Caller("federated-user", ACCOUNT, arn, user_id=f"{ACCOUNT}:fred", session=session)
    async with running("enforce") as driver:
        await send(driver, fred)
        await refused(driver, fred, "sqs", "PurgeQueue", QueueUrl=URL)


async def test_a_policy_that_nobody_understands_grants_nothing(running: Running) -> None:
    async with running("enforce") as driver:
        await as_root(driver, "sqs", "SetQueueAttributes", QueueUrl=URL, Attributes={"Policy": '{"Id": "x"}'})
        await refused(driver, ALICE, "sqs", "SendMessage", QueueUrl=URL, MessageBody="x")


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "message"),
    [
        (
            "sns",
            "Publish",
            {"TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t"},
            "AuthorizationError",
            "SNS:Publish on",
        ),
        ("iam", "ListUsers", {}, "AccessDenied", "perform: iam:ListUsers because no"),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "f"},
            "AccessDeniedException",
            "lambda:InvokeFunction on resource",
        ),
        ("events", "ListRules", {}, "AccessDeniedException", "perform: events:ListRules because no"),
    ],
)
async def test_services_word_it_their_way(
    running: Running, service: str, operation: str, params: dict[str, Any], code: str, message: str
) -> None:
    async with running("enforce") as driver:
        error = await refused(driver, ALICE, service, operation, **params)
        assert error.code == code
        assert message in error.message


async def test_an_audit_lets_through_and_notes(running: Running) -> None:
    async with running("audit") as driver:
        await send(driver)
        await send(driver)
        [noted] = denials(driver)
        assert noted | {"request_id": "", "first_ms": 0, "last_ms": 0} == {
            "account": ALICE.account,
            "user": ALICE.principal,
            "action": "sqs:SendMessage",
            "resource": QUEUE,
            "reason": "because no identity-based policy allows the sqs:SendMessage action",
            "statements": (),
            "enforced": False,
            "count": 2,
            "first_ms": 0,
            "last_ms": 0,
            "request_id": "",
            "cause": "",
        }


async def test_the_statements_that_deny_are_named(running: Running) -> None:
    async with running("audit") as driver:
        await grant(driver, name="guard", effect="Deny", Sid="NoSending", Action="sqs:Send*", Resource="*")
        await send(driver)
        assert denials(driver)[0]["statements"] == ("guard: NoSending",)


async def test_all_that_would_be_denied_of_a_call_is_noted(running: Running) -> None:
    async with running("audit") as driver:
        await call(
            driver, ALICE, "events", "PutRule", Name="r", ScheduleExpression="rate(1 hour)", RoleArn=WORKER
        )
        assert {each["action"] for each in denials(driver)} == {"events:PutRule", "iam:PassRole"}


async def test_off_looks_at_nothing(running: Running) -> None:
    async with running("off") as driver:
        await send(driver)
        assert denials(driver) == []


def test_denials_are_bounded_and_the_latest_first() -> None:
    kept = Denials(None)
    for number in range(DENIALS_KEPT + 5):
        kept.note(Denial("1", "u", "a", str(number), "r", (), enforced=True), number, "request", "")
    latest = kept.latest()
    assert len(latest) == DENIALS_KEPT
    assert latest[0]["resource"] == str(DENIALS_KEPT + 4)


async def test_why_ec2_denied_is_told_to_who_may_know(running: Running) -> None:
    async with running("enforce") as driver:
        await grant(
            driver,
            name="never",
            effect="Deny",
            Sid="Never",
            Action="ec2:TerminateInstances",
            Resource="*",
            Condition={"StringEquals": {"aws:RequestedRegion": ["us-east-1"]}},
        )
        error = await refused(driver, ALICE, "ec2", "TerminateInstances", InstanceIds=["i-1234567890abcdef0"])
        assert error.code == "UnauthorizedOperation"
        said, _, encoded = error.message.partition(". Encoded authorization failure message: ")
        assert said.endswith("with an explicit deny in an identity-based policy")
        await refused(driver, ALICE, "sts", "DecodeAuthorizationMessage", EncodedMessage=encoded)
        await grant(driver, Action="sts:DecodeAuthorizationMessage", Resource="*")
        answer = await call(driver, ALICE, "sts", "DecodeAuthorizationMessage", EncodedMessage=encoded)
        told = json.loads(answer["DecodedMessage"])
        assert (told["allowed"], told["explicitDeny"]) == (False, True)
        assert told["context"]["principal"]["arn"] == ALICE.principal
        assert told["context"]["action"] == "ec2:TerminateInstances"
        assert told["context"]["resource"].endswith("instance/i-1234567890abcdef0")
        [statement] = told["matchedStatements"]["items"]
        assert (statement["statementId"], statement["effect"]) == ("Never", "DENY")
        assert statement["actions"] == {"items": [{"value": "ec2:TerminateInstances"}]}
        region = {"key": "aws:RequestedRegion", "values": {"items": [{"value": "us-east-1"}]}}
        assert statement["conditions"] == {"items": [region]}
        assert region in told["context"]["conditions"]["items"]
        for other in (encoded[:-4] + "AAAA", "text", "?"):
            with pytest.raises(AwsError) as caught:
                await call(driver, ALICE, "sts", "DecodeAuthorizationMessage", EncodedMessage=other)
            assert caught.value.code == "InvalidAuthorizationMessageException"
        with pytest.raises(AwsError, match="Message is not valid"):
            await driver("sts", "DecodeAuthorizationMessage", account=OTHER, EncodedMessage=encoded)
