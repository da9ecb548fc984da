"""Accounts that an organisation makes. It takes a while: the request says how far it is.

When the time is over the account is there and a member; what is left, the role by which the management
account gets in, is a task. Then the request has succeeded, which is announced as at AWS.
Sources: API_CreateAccount and API_CreateAccountStatus below
https://docs.aws.amazon.com/organizations/latest/APIReference/ and, for the event,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.accounts import Accounts
from windsock.engine.calls import Caller
from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.organizations import Membership, Organizations
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.clock import iso_seconds, to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import DEFAULT_REGION, Scope
from windsock.services.organizations import rows
from windsock.services.organizations.errors import not_found
from windsock.services.organizations.ids import new_id
from windsock.services.organizations.limits import ACCOUNT_ATTEMPTS, ACCOUNT_MADE_MS
from windsock.services.organizations.members import add_member, check_room, mail_of
from windsock.services.organizations.organization import found
from windsock.services.organizations.pages import page
from windsock.services.organizations.policy_kinds import ALL_FEATURES
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import looked_at, managed
from windsock.services.organizations.tag_rules import new_tags
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_MAKING: Final = "organizations.making"
_FURNISHING: Final = "organizations.furnishing"
_ROLE: Final = "OrganizationAccountAccessRole"
_ROLE_POLICY: Final = "AdministratorAccess"
_RETRY_MS: Final = 1_000
# Organizations announces its events in one region.
_EVENTS_REGION: Final = "us-east-1"


@command("CreateAccount")
def create_account(ctx: Command, params: Params) -> Result:
    """Ask for an account."""
    _, place = managed(ctx)
    check_room(place)
    request = new_id("car", 32)
    rows.account_requests.insert(
        place,
        id=request,
        name=params["AccountName"],
        email=params["Email"],
        role=params.get("RoleName", _ROLE),
        tags=new_tags(params),
        state="IN_PROGRESS",
        requested_ms=ctx.now_ms,
    )
    ctx.engine.timers.set(ctx.tx, place.scope, _MAKING, request, ctx.now_ms + ACCOUNT_MADE_MS)
    return {"CreateAccountStatus": _shown(rows.account_requests.existing(place, id=request))}


@query("DescribeCreateAccountStatus")
def describe_create_account_status(ctx: Query, params: Params) -> Result:
    """How far a request is."""
    row = rows.account_requests.find(looked_at(ctx).at, id=params["CreateAccountRequestId"])
    if row is None:
        raise not_found("CreateAccountStatus")
    return {"CreateAccountStatus": _shown(row)}


@query("ListCreateAccountStatus")
def list_create_account_status(ctx: Query, params: Params) -> Result:
    """The requests in some states, or all."""
    states = params.get("States")
    asked = [row for row in rows.account_requests.all(looked_at(ctx).at) if not states or row.state in states]
    return page(params, "CreateAccountStatuses", asked, lambda row: row.id, _shown)


@command("AddAccount")
def add_account(ctx: Command, params: Params) -> Result:
    """What `windsock accounts create` asks for: an account, at once, of a number of one's own or not.

    It becomes a member of the organisation that the account which asks manages; one is founded unless that
    account is in one already. Raises AccountExists.
    """
    organizations, management = ctx.engine.part(Organizations), ctx.scope.account
    account = ctx.engine.part(Accounts).add(ctx.tx, params.get("AccountId"), params.get("AccountName", ""))
    place = Place(ctx.engine, ctx.tx, ctx.scope)
    membership = organizations.of(management)
    if membership is None:
        founded = found(place, ALL_FEATURES)
        membership = Membership(founded.row.id, founded.management)
    if membership.management == management and account != management:
        name = params.get("AccountName") or account
        add_member(place, membership, account, name=name, email=mail_of(account), joined="CREATED")
    return {"AccountId": account}


@timer_kind
class Making(TimerKind):
    """The time that making an account takes is over."""

    name = _MAKING

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        place = Place(engine, tx, timer.scope)
        request = rows.account_requests.find(place, id=timer.key)
        organization = rows.organizations.find(place)
        if request is None or organization is None:
            return
        if rows.members.find(place, email=request.email) is not None:
            _end(place, request, state="FAILED", failure="EMAIL_ALREADY_EXISTS")
            return
        account = engine.part(Accounts).add(tx, None, request.name)
        membership = Membership(organization.id, timer.scope.account)
        add_member(place, membership, account, name=request.name, email=request.email, joined="CREATED")
        if request.tags != "{}":
            rows.tags.insert(place, resource=account, tags=request.tags)
        rows.account_requests.update(place, {"id": request.id}, made=account)
        payload = {
            "to": f"account {account}",
            "account": account,
            "role": request.role,
            "request": request.id,
        }
        engine.tasks.add(tx, timer.scope, kind=_FURNISHING, lane=_FURNISHING, payload=orjson.dumps(payload))


@task_kind
class Furnishing(TaskKind):
    """Gives a new account the role by which the management account gets in."""

    name = _FURNISHING

    async def perform(self, engine: Engine, task: Task) -> None:
        data, management = task.data(), task.scope.account
        account, role = data["account"], data["role"]
        caller, scope = Caller.root(account), Scope(account, DEFAULT_REGION)
        trust = _document(Principal={"AWS": f"arn:aws:iam::{management}:root"}, Action="sts:AssumeRole")
        asked = {"RoleName": role, "AssumeRolePolicyDocument": trust}
        try:
            await engine.call("iam", "CreateRole", asked, caller=caller, scope=scope)
        except AwsError as error:
            if error.code != "EntityAlreadyExists":  # as a repeat finds the role
                raise
        everything = _document(Action="*", Resource="*")
        policy = {"RoleName": role, "PolicyName": _ROLE_POLICY, "PolicyDocument": everything}
        await engine.call("iam", "PutRolePolicy", policy, caller=caller, scope=scope)
        await _tell_end(engine, task, completes=task)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return None if task.attempts >= ACCOUNT_ATTEMPTS else now_ms + _RETRY_MS

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        await _tell_end(engine, task, FailureReason="INTERNAL_FAILURE")


async def _tell_end(engine: Engine, task: Task, completes: Task | None = None, **failure: str) -> None:
    await engine.call(
        "organizations",
        "EndAccountRequest",
        {"RequestId": task.data()["request"], **failure},
        caller=Caller.root(task.scope.account),
        scope=task.scope,
        completes=completes,
    )


@command("EndAccountRequest")
def end_account_request(ctx: Command, params: Params) -> Result:
    """What the task asks for when all is done, or cannot be."""
    place = Place(ctx.engine, ctx.tx, ctx.scope)
    request = rows.account_requests.find(place, id=params["RequestId"])
    if request is not None:
        failure = params.get("FailureReason")
        _end(place, request, state="FAILED" if failure else "SUCCEEDED", failure=failure)
    return None


def _end(place: Place, request: Row, *, state: str, failure: str | None = None) -> None:
    now_ms = place.engine.clock.now_ms()
    rows.account_requests.update(place, {"id": request.id}, state=state, failure=failure, completed_ms=now_ms)
    ended = rows.account_requests.existing(place, id=request.id)
    _announce(place, ended, now_ms)


def _announce(place: Place, request: Row, now_ms: int) -> None:
    management = place.scope.account
    status = {
        "id": request.id,
        "state": request.state,
        "accountName": "****",
        "requestedTimestamp": f"{to_datetime(request.requested_ms):%b %d, %Y %I:%M:%S %p}",
        "completedTimestamp": f"{to_datetime(now_ms):%b %d, %Y %I:%M:%S %p}",
    }
    if request.made is not None:
        status["accountId"] = request.made
    if request.failure is not None:
        status["failureReason"] = request.failure
    detail = {
        "eventVersion": "1.11",
        "userIdentity": {"accountId": management, "invokedBy": "AWS Internal"},
        "eventTime": iso_seconds(now_ms),
        "eventSource": "organizations.amazonaws.com",
        "eventName": "CreateAccountResult",
        "awsRegion": _EVENTS_REGION,
        "sourceIPAddress": "AWS Internal",
        "userAgent": "AWS Internal",
        "requestParameters": None,
        "responseElements": None,
        "eventID": uuid4(),
        "readOnly": False,
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": management,
        "serviceEventDetails": {"createAccountStatus": status},
        "eventCategory": "Management",
    }
    event = PlatformEvent("aws.organizations", "AWS Service Event via CloudTrail", detail)
    announce(place.engine, place.tx, Scope(management, _EVENTS_REGION), [event])


def _document(**elements: Any) -> str:
    return orjson.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **elements}]}).decode()


def _shown(row: Row) -> dict[str, Any]:
    status: dict[str, Any] = {
        "Id": row.id,
        "AccountName": row.name,
        "State": row.state,
        "RequestedTimestamp": to_datetime(row.requested_ms),
    }
    if row.completed_ms is not None:
        status["CompletedTimestamp"] = to_datetime(row.completed_ms)
    if row.state == "SUCCEEDED":
        status["AccountId"] = row.made
    if row.failure is not None:
        status["FailureReason"] = row.failure
    return status
