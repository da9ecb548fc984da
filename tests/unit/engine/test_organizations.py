"""What organisations take away: from principals of their members, and from who uses members' resources."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import START_MS, Driver
from tests.organizations import (
    MANAGEMENT,
    ONE,
    OTHER,
    OUTSIDE,
    RESOURCE_CONTROL,
    attach,
    call,
    founded,
    policy,
    root_of,
    unit,
)

from windsock.engine.access_errors import AccessDenied
from windsock.engine.calls import Caller
from windsock.engine.denials import Denials
from windsock.engine.identities import Session
from windsock.kernel.scope import Scope

DENY_QUEUES = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
EXPLICIT = "with an explicit deny in a service control policy"
IMPLICIT = "because no service control policy allows the sqs:listqueues action"


async def user(driver: Driver, account: str) -> Caller:
    """A user who may do everything, as far as its account is concerned."""
    made = await driver("iam", "CreateUser", account=account, UserName="alice")
    await driver(
        "iam",
        "AttachUserPolicy",
        account=account,
        UserName="alice",
        PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
    )
    return Caller("user", account, made["User"]["Arn"], user_id=made["User"]["UserId"])


def root(account: str) -> Caller:
    """The root of an account with a key of its own."""
    return Caller("account", account, f"arn:aws:iam::{account}:root", "AKIA", user_id=account)


async def ask(
    driver: Driver, caller: Caller, operation: str = "ListQueues", *, account: str = "", **params: Any
) -> str:
    """Make a call to SQS; why it was denied, or nothing."""
    scope = Scope(account or caller.account, "us-east-1")
    try:
        await driver.engine.call("sqs", operation, params, caller=caller, scope=scope)
    except AccessDenied as error:
        return error.message
    return ""


async def test_a_denial_counts_at_every_level(enforced: Driver) -> None:
    await founded(enforced, ONE, OTHER)
    top = await root_of(enforced)
    work = await unit(enforced, top, "work")
    where = {"SourceParentId": top, "DestinationParentId": work}
    await call(enforced, "MoveAccount", AccountId=ONE, **where)
    alice, bob = await user(enforced, ONE), await user(enforced, OTHER)
    assert await ask(enforced, alice) == ""
    number = await policy(enforced, "no-queues", **DENY_QUEUES)
    for target in (ONE, work, top):
        await attach(enforced, number, target)
        denied = await ask(enforced, alice)
        assert denied.startswith(f"User: {alice.principal} is not authorized to perform: sqs:listqueues")
        assert denied.endswith(EXPLICIT)
        assert bool(await ask(enforced, bob)) == (target == top)
        await call(enforced, "DetachPolicy", PolicyId=number, TargetId=target)
        assert await ask(enforced, alice) == ""


async def test_every_level_must_allow(enforced: Driver) -> None:
    await founded(enforced, ONE)
    top = await root_of(enforced)
    work = await unit(enforced, top, "work")
    alice = await user(enforced, ONE)
    buckets = await policy(enforced, "buckets", Effect="Allow", Action="s3:*", Resource="*")
    await attach(enforced, buckets, work)
    await call(enforced, "DetachPolicy", PolicyId="p-FullAWSAccess", TargetId=work)
    assert await ask(enforced, alice) == ""
    where = {"SourceParentId": top, "DestinationParentId": work}
    await call(enforced, "MoveAccount", AccountId=ONE, **where)
    assert (await ask(enforced, alice)).endswith(IMPLICIT)
    content = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:List*", "Resource": "*"}]}
    )
    await call(enforced, "UpdatePolicy", PolicyId=buckets, Content=content)
    assert await ask(enforced, alice) == ""
    await call(enforced, "DisablePolicyType", RootId=top, PolicyType="SERVICE_CONTROL_POLICY")
    assert await ask(enforced, alice, "CreateQueue", QueueName="q") == ""


async def test_the_root_of_a_member_is_bound_and_the_management_account_is_not(enforced: Driver) -> None:
    await founded(enforced, ONE)
    manager = await user(enforced, MANAGEMENT)
    number = await policy(enforced, "no-queues", **DENY_QUEUES)
    await attach(enforced, number, await root_of(enforced))
    assert (await ask(enforced, root(ONE))).endswith(EXPLICIT)
    for free in (root(MANAGEMENT), manager, root(OUTSIDE)):
        assert await ask(enforced, free) == ""
    await call(enforced, "LeaveOrganization", account=ONE)
    assert await ask(enforced, root(ONE)) == ""


async def test_an_audit_notes_what_a_root_may_not(driver: Driver) -> None:
    await founded(driver, ONE)
    await attach(driver, await policy(driver, "no-queues", **DENY_QUEUES), ONE)
    assert await ask(driver, root(ONE)) == ""
    [denied] = driver.engine.part(Denials).latest()
    assert (denied["user"], denied["reason"]) == (f"arn:aws:iam::{ONE}:root", EXPLICIT)
    assert denied["statements"][0].endswith("statement 1")


def trusting(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


async def test_roles_that_services_take_are_bound_but_their_own_are_not(enforced: Driver) -> None:
    await founded(enforced, ONE)
    await attach(enforced, await policy(enforced, "no-queues", **DENY_QUEUES), ONE)
    made = await enforced(
        "iam",
        "CreateRole",
        account=ONE,
        RoleName="worker",
        AssumeRolePolicyDocument=trusting("events.amazonaws.com"),
    )
    everything = "arn:aws:iam::aws:policy/AdministratorAccess"
    await enforced("iam", "AttachRolePolicy", account=ONE, RoleName="worker", PolicyArn=everything)
    rule = Caller.role(made["Role"]["Arn"], ONE, "events.amazonaws.com")
    assert (await ask(enforced, rule)).endswith(EXPLICIT)
    linked = (
        await enforced("iam", "CreateServiceLinkedRole", account=ONE, AWSServiceName="ecs.amazonaws.com")
    )["Role"]
    session = Session(linked["Arn"], linked["RoleId"], START_MS, START_MS + 1000, "s")
    arn = f"arn:aws:sts::{ONE}:assumed-role/{linked['RoleName']}/s"
    ecs = Caller("role", ONE, arn, user_id=f"{linked['RoleId']}:s", session=session)
    assert not (await ask(enforced, ecs)).endswith(EXPLICIT)


async def test_where_an_account_stands_is_a_condition_key(enforced: Driver) -> None:
    organization = await founded(enforced, ONE)
    top = await root_of(enforced)
    work = await unit(enforced, top, "work")
    alice = await user(enforced, ONE)
    path = f"{organization['Id']}/{top}/{work}/*"
    condition = {
        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": path},
        "StringEquals": {"aws:ResourceOrgID": organization["Id"]},
    }
    await attach(enforced, await policy(enforced, "in-work", **DENY_QUEUES, Condition=condition), top)
    assert await ask(enforced, alice) == ""
    where = {"SourceParentId": top, "DestinationParentId": work}
    await call(enforced, "MoveAccount", AccountId=ONE, **where)
    assert (await ask(enforced, alice)).endswith(EXPLICIT)


async def test_resources_of_members_are_guarded_from_outsiders(enforced: Driver) -> None:
    organization = await founded(enforced, ONE, OTHER)
    top = await root_of(enforced)
    stranger, member = await user(enforced, OUTSIDE), await user(enforced, OTHER)
    queue = f"arn:aws:sqs:us-east-1:{ONE}:jobs"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue}
    open_to_all = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    await enforced("sqs", "CreateQueue", account=ONE, QueueName="jobs", Attributes={"Policy": open_to_all})

    async def send(caller: Caller) -> str:
        url = f"/{ONE}/jobs"
        return await ask(enforced, caller, "SendMessage", account=ONE, QueueUrl=url, MessageBody="x")

    assert [await send(caller) for caller in (stranger, member)] == ["", ""]
    await call(enforced, "EnablePolicyType", RootId=top, PolicyType=RESOURCE_CONTROL)
    assert [await send(caller) for caller in (stranger, member)] == ["", ""]
    ours = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization["Id"]},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    perimeter = await policy(
        enforced, "perimeter", RESOURCE_CONTROL, **DENY_QUEUES, Principal="*", Condition=ours
    )
    await attach(enforced, perimeter, top)
    assert await send(member) == ""
    assert (await send(stranger)).endswith("with an explicit deny in a resource control policy")
    topics = await policy(
        enforced, "t", RESOURCE_CONTROL, Effect="Deny", Principal="*", Action="sns:*", Resource="*"
    )
    await attach(enforced, topics, top)
    scope = Scope(OTHER, "us-east-1")
    await enforced.engine.call("sns", "ListTopics", {}, caller=member, scope=scope)
