"""Change sets: what a stack would become is shown first, and done when somebody says so.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.languages.stacks import TemplateError
from windsock.services.cloudformation.asking import surroundings_of
from windsock.services.cloudformation.deployment import begin
from windsock.services.cloudformation.errors import (
    AlreadyExists,
    ChangeSetNotFound,
    Invalid,
    InvalidChangeSetStatus,
    no_stack,
)
from windsock.services.cloudformation.foreseeing import Change, Detail, foreseen_changes
from windsock.services.cloudformation.pages import paged
from windsock.services.cloudformation.preparing import prepare
from windsock.services.cloudformation.resource_rows import resources_of
from windsock.services.cloudformation.stack import (
    Settings,
    Stack,
    find_stack,
    put_stack,
    stack_by_id,
)
from windsock.services.cloudformation.stack_events import stack_event
from windsock.services.cloudformation.stacks import (
    begin_update,
    changes,
    check_types,
    new_stack,
    operation_of,
    shown_parameters,
)
from windsock.services.cloudformation.stacks_found import updatable
from windsock.services.cloudformation.tables import change_sets as table
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_REVIEW: Final = "REVIEW_IN_PROGRESS"
_NO_CHANGES: Final = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


def _of(*more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    here = (table.c.account == sa.bindparam("account"), table.c.region == sa.bindparam("region"))
    return sa.and_(*here, *more)


# One that was executed is found by its ARN only.
_NOT_EXECUTED: Final = table.c.execution_status != "EXECUTE_COMPLETE"

_PUT = Statement(upsert(table, "status", "reason", "execution_status"))
_BY_ID = Statement(sa.select(table).where(_of(table.c.id == sa.bindparam("id"))))
_BY_NAME = Statement(
    sa.select(table).where(
        _of(table.c.stack == sa.bindparam("stack"), table.c.name == sa.bindparam("name"), _NOT_EXECUTED)
    )
)
_OF_STACK = Statement(
    sa.select(table)
    .where(_of(table.c.stack == sa.bindparam("stack"), _NOT_EXECUTED))
    .order_by(table.c.created_ms)
)
_DELETE = Statement(
    sa.delete(table).where(
        table.c.account == sa.bindparam("of_account"),
        table.c.region == sa.bindparam("of_region"),
        table.c.id == sa.bindparam("of_id"),
    )
)


@waiting("CreateChangeSet")
async def create_change_set(ctx: Context, params: Params) -> Result:
    """Look what a stack would become; with CREATE a stack that is only looked at so far."""
    name, kind = params["ChangeSetName"], params.get("ChangeSetType", "UPDATE")
    if kind not in ("CREATE", "UPDATE"):
        raise Invalid(f"windsock does not make change sets of type {kind} yet.")
    stack = ctx.engine.store.read(lambda tx: _looked_at(tx, ctx, params, kind))
    is_new = stack is None
    prepared = await prepare(
        ctx, params, None if stack is None or stack.status == _REVIEW else stack.settings, shown_first=True
    )
    if stack is None:
        stack = new_stack(ctx, params["StackName"], Settings("", {"Resources": {}}), _REVIEW)
    rows = {} if is_new else ctx.engine.store.read(lambda tx, stack=stack: resources_of(tx, stack))  # type: ignore[misc]
    status, reason, execution, found = "CREATE_COMPLETE", None, "AVAILABLE", []
    try:
        surroundings = await surroundings_of(ctx.engine, stack, prepared.settings, ctx.call.caller, "")
        found = foreseen_changes(stack, prepared.settings, rows, surroundings)
    except TemplateError as error:
        raise Invalid(str(error)) from error
    if not found and not changes(stack.settings, prepared):
        status, reason, execution = "FAILED", _NO_CHANGES, "UNAVAILABLE"
    values = {
        "id": uuid4(),
        "stack": stack.id,
        "name": name,
        "status": status,
        "reason": reason,
        "execution_status": execution,
        "settings": orjson.dumps(prepared.settings).decode(),
        "changes": orjson.dumps([asdict(change) for change in found]).decode(),
        "created_ms": ctx.now_ms,
    }

    def write(tx: Transaction) -> None:
        if tx.row(_BY_NAME, {**ctx.scope.columns, "stack": stack.id, "name": name}) is not None:
            raise AlreadyExists(f"ChangeSet [{name}] already exists")
        check_types(tx, stack, prepared.template)
        if is_new:
            if find_stack(tx, ctx.scope, stack.name) is not None:  # another call was quicker
                raise AlreadyExists(f"Stack [{stack.name}] already exists")
            stack_event(ctx.engine, tx, stack, _REVIEW, "User Initiated")
            put_stack(tx, stack)
        tx.execute(_PUT, {**ctx.scope.columns, **values})

    await ctx.engine.store.write(write)
    return {"Id": _arn(ctx.scope, name, str(values["id"])), "StackId": stack.arn}


@query("DescribeChangeSet")
def describe_change_set(ctx: Query, params: Params) -> Result:
    """A change set with its changes; the values of properties where they are asked for."""
    row, stack = found_change_set(ctx.tx, ctx.scope, params)
    settings = Settings(**orjson.loads(row.settings))
    with_values = params.get("IncludePropertyValues", False)
    found = [_read(each) for each in orjson.loads(row.changes)]
    shown = [_shown(change, with_values) for change in found if _is_told(change, with_values)]
    page = paged("Changes", shown, params, lambda each: each["ResourceChange"]["LogicalResourceId"])
    answer = {
        "ChangeSetName": row.name,
        "ChangeSetId": _arn(ctx.scope, row.name, row.id),
        "StackId": stack.arn,
        "StackName": stack.name,
        "Parameters": shown_parameters(settings),
        "CreationTime": to_datetime(row.created_ms),
        "ExecutionStatus": row.execution_status,
        "Status": row.status,
        "StatusReason": row.reason,
        "NotificationARNs": settings.notification_arns,
        "RollbackConfiguration": settings.rollback_configuration,
        "Capabilities": settings.capabilities,
        "Tags": [{"Key": key, "Value": value} for key, value in settings.tags.items()] or None,
        "IncludeNestedStacks": False,
        **page,
    }
    return {name: value for name, value in answer.items() if value is not None}


@query("ListChangeSets")
def list_change_sets(ctx: Query, params: Params) -> Result:
    """The change sets of a stack."""
    stack = find_stack(ctx.tx, ctx.scope, params["StackName"])
    if stack is None:
        raise no_stack(params["StackName"])
    rows = ctx.tx.rows(_OF_STACK, {**ctx.scope.columns, "stack": stack.id})
    found = [
        {
            "StackId": stack.arn,
            "StackName": stack.name,
            "ChangeSetId": _arn(ctx.scope, row.name, row.id),
            "ChangeSetName": row.name,
            "ExecutionStatus": row.execution_status,
            "Status": row.status,
            **({"StatusReason": row.reason} if row.reason else {}),
            "CreationTime": to_datetime(row.created_ms),
            "IncludeNestedStacks": False,
        }
        for row in rows
    ]
    return paged("Summaries", found, params, lambda each: each["ChangeSetId"])


@command("ExecuteChangeSet")
def execute_change_set(ctx: Command, params: Params) -> Result:
    """Do what a change set shows. The stack's other change sets are gone with it."""
    row, stack = found_change_set(ctx.tx, ctx.scope, params)
    if row.execution_status == "OBSOLETE":
        raise InvalidChangeSetStatus(
            f"ChangeSet [{_arn(ctx.scope, row.name, row.id)}] cannot be executed in its current execution "
            "status of [OBSOLETE]"
        )
    if row.execution_status != "AVAILABLE":
        raise InvalidChangeSetStatus(
            f"ChangeSet [{_arn(ctx.scope, row.name, row.id)}] cannot be executed in its current status of "
            f"[{row.status}]"
        )
    creating = stack.status == _REVIEW
    if not creating:
        stack = updatable(ctx.tx, ctx, stack.arn)
    settings = Settings(**orjson.loads(row.settings))
    settings.on_failure = _on_failure(params, settings)
    settings.change_set = _arn(ctx.scope, row.name, row.id)
    for each in ctx.tx.rows(_OF_STACK, {**ctx.scope.columns, "stack": stack.id}):
        _forget(ctx.tx, ctx.scope, each.id)
    operation = operation_of(ctx, params, "CREATE" if creating else "UPDATE", "deploy")
    operation.change_set = row.id
    if creating:
        stack.settings, stack.updated_ms = settings, ctx.now_ms
        begin(ctx.engine, ctx.tx, stack, operation, "CREATE_IN_PROGRESS")
    else:
        begin_update(ctx, ctx.tx, stack, settings, operation)
    executed = {**row._asdict(), "execution_status": "EXECUTE_COMPLETE"}
    ctx.tx.execute(_PUT, executed)
    return {}


@command("DeleteChangeSet")
def delete_change_set(ctx: Command, params: Params) -> Result:
    """Forget a change set; one that is not there is no error."""
    row = _row(ctx.tx, ctx.scope, params)
    if row is not None:
        _forget(ctx.tx, ctx.scope, row.id)
    return {}


def _looked_at(tx: Snapshot, ctx: Context, params: Mapping[str, Any], kind: str) -> Stack | None:
    """The stack that a change set is for, None for a new one. Raises Invalid."""
    name = params["StackName"]
    stack = find_stack(tx, ctx.scope, name)
    if kind == "UPDATE":
        if stack is None or not stack.live:
            raise no_stack(name)
        return updatable(tx, ctx, name)
    if stack is not None and stack.status != _REVIEW:
        known_as = stack.arn if parse_arn(name) else name
        raise Invalid(
            f"Stack [{known_as}] already exists and cannot be created again with "
            f"the changeSet [{params['ChangeSetName']}]."
        )
    return stack


def _on_failure(params: Mapping[str, Any], settings: Settings) -> str:
    return "DO_NOTHING" if params.get("DisableRollback") else settings.on_failure


def _row(tx: Snapshot, scope: Scope, params: Mapping[str, Any]) -> Row | None:
    name = params["ChangeSetName"]
    arn = parse_arn(name)
    if arn is not None:
        return tx.row(_BY_ID, {**scope.columns, "id": arn.resource.rpartition("/")[2]})
    if "StackName" not in params:
        raise Invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
    stack = find_stack(tx, scope, params["StackName"])
    if stack is None:
        raise no_stack(params["StackName"])
    return tx.row(_BY_NAME, {**scope.columns, "stack": stack.id, "name": name})


def found_change_set(tx: Snapshot, scope: Scope, params: Mapping[str, Any]) -> tuple[Row, Stack]:
    """The change set that a request means, and its stack. Raises ChangeSetNotFound, Invalid."""
    row = _row(tx, scope, params)
    stack = None if row is None else stack_by_id(tx, scope, row.stack)
    if row is None or stack is None:
        raise ChangeSetNotFound(f"ChangeSet [{params['ChangeSetName']}] does not exist")
    return row, stack


def _forget(tx: Transaction, scope: Scope, change_set: str) -> None:
    tx.execute(_DELETE, {"of_account": scope.account, "of_region": scope.region, "of_id": change_set})


def _arn(scope: Scope, name: str, change_set: str) -> str:
    return scope.arn("cloudformation", f"changeSet/{name}/{change_set}")


def _read(told: Mapping[str, Any]) -> Change:
    return Change(**{**told, "details": [Detail(**each) for each in told["details"]]})


def _is_told(change: Change, with_values: bool) -> bool:
    return not change.details or any(detail.is_told(with_values) for detail in change.details)


def _shown(change: Change, with_values: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "PolicyAction": change.policy_action,
        "Action": change.action,
        "LogicalResourceId": change.logical_id,
        "PhysicalResourceId": change.physical_id,
        "ResourceType": change.type,
        "Replacement": change.replacement,
        "Scope": sorted({detail.attribute for detail in change.details}),
        "Details": [
            _shown_detail(detail, with_values) for detail in change.details if detail.is_told(with_values)
        ],
    }
    if with_values:
        shown["BeforeContext"] = _context(change.before)
        shown["AfterContext"] = _context(change.after)
    return {
        "Type": "Resource",
        "ResourceChange": {name: value for name, value in shown.items() if value is not None},
    }


def _context(properties: Mapping[str, Any] | None) -> str | None:
    return None if properties is None else orjson.dumps({"Properties": properties}).decode()


def _shown_detail(detail: Detail, with_values: bool) -> dict[str, Any]:
    target = {"Attribute": detail.attribute, "RequiresRecreation": detail.recreation}
    path = f"/{detail.attribute}"
    if detail.attribute == "Properties":
        target["Name"] = detail.name
        path = f"{path}/{detail.name}"
    if with_values:
        kind = "Add" if detail.before is None else "Remove" if detail.after is None else "Modify"
        target |= {"Path": path, "AttributeChangeType": kind}
        if detail.before is not None:
            target["BeforeValue"] = _text(detail.before)
        if detail.after is not None:
            target["AfterValue"] = _text(detail.after)
    shown = {"Target": target, "Evaluation": detail.evaluation, "ChangeSource": detail.source}
    return shown if detail.cause is None else {**shown, "CausingEntity": detail.cause}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
