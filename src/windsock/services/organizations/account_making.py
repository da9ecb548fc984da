"""How an account is made: when its time has come it is there and a member, and then it is furnished.

That is a task: the role by which the management account gets in. With it the request has succeeded.
Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_create.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.accounts import Accounts
from windsock.engine.calls import Caller
from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.organizations import Membership
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.organizations import rows
from windsock.services.organizations.account_results import end_request
from windsock.services.organizations.limits import ACCOUNT_ATTEMPTS
from windsock.services.organizations.members import add_member
from windsock.services.organizations.rows import Place
from windsock.services.organizations.tags import put_tags
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

MAKING: Final = "organizations.making"
_FURNISHING: Final = "organizations.furnishing"
_ROLE_POLICY: Final = "AdministratorAccess"
_RETRY_MS: Final = 1_000


@timer_kind
class Making(TimerKind):
    """The time that making an account takes is over."""

    name = MAKING

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        place = Place(engine, tx, timer.scope)
        request = rows.account_requests.find(place, id=timer.key)
        organization = rows.organizations.find(place)
        if request is None or organization is None:
            return
        if rows.members.find(place, email=request.email) is not None:
            end_request(place, request, state="FAILED", failure="EMAIL_ALREADY_EXISTS")
            return
        account = engine.part(Accounts).add(tx, None, request.name)
        membership = Membership(organization.id, timer.scope.account)
        add_member(place, membership, account, name=request.name, email=request.email, joined="CREATED")
        put_tags(place, account, request.tags)
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
        data = task.data()
        account, role = data["account"], data["role"]
        caller, scope = Caller.root(account), Scope(account, task.scope.region)
        manager = task.scope.of_account.arn("iam", "root")
        trust = _document(Principal={"AWS": manager}, Action="sts:AssumeRole")
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
        end_request(place, request, state="FAILED" if failure else "SUCCEEDED", failure=failure)
    return None


def _document(**elements: Any) -> str:
    return orjson.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **elements}]}).decode()
