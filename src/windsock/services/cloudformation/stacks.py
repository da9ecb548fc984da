"""Stacks: created, updated, deleted; described and listed.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import uuid4
from windsock.languages.stacks import Template, template_of
from windsock.services.cloudformation.callers import kept
from windsock.services.cloudformation.deployment import begin
from windsock.services.cloudformation.errors import AlreadyExists, Invalid, no_stack_with_id
from windsock.services.cloudformation.exports import exports_here, importers
from windsock.services.cloudformation.limits import DELETED_KEPT_MS
from windsock.services.cloudformation.pages import paged
from windsock.services.cloudformation.preparing import Prepared, prepare
from windsock.services.cloudformation.resource_rows import resources_of
from windsock.services.cloudformation.running import Running
from windsock.services.cloudformation.stack import (
    Operation,
    Settings,
    Stack,
    all_stacks,
    find_stack,
    put_stack,
)
from windsock.services.cloudformation.stack_policy import checked_policy
from windsock.services.cloudformation.stacks_found import live_stack, updatable
from windsock.services.cloudformation.tables import change_sets
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot, Transaction

_HIDDEN: Final = "****"
# What a change set shows is not what would happen any more once its stack was changed otherwise.
_OUTDATE: Final = Statement(
    sa.update(change_sets)
    .where(
        change_sets.c.account == sa.bindparam("of_account"),
        change_sets.c.region == sa.bindparam("of_region"),
        change_sets.c.stack == sa.bindparam("of_stack"),
        change_sets.c.execution_status == sa.bindparam("of_status"),
    )
    .values(execution_status=sa.bindparam("now"))
)


@waiting("CreateStack")
async def create_stack(ctx: Context, params: Params) -> Result:
    """Make a stack; its resources are made from then on."""
    ctx.engine.store.read(lambda tx: _check_new(tx, ctx, params["StackName"]))
    prepared = await prepare(ctx, params, None)
    policy = checked_policy(params["StackPolicyBody"]) if "StackPolicyBody" in params else None

    def write(tx: Transaction) -> Stack:
        _check_new(tx, ctx, params["StackName"])
        stack = new_stack(ctx, params["StackName"], prepared.settings, "CREATE_IN_PROGRESS")
        stack.policy = policy
        stack.protected = params.get("EnableTerminationProtection", False)
        begin(ctx.engine, tx, stack, operation_of(ctx, params, "CREATE", "deploy"), "CREATE_IN_PROGRESS")
        return stack

    return {"StackId": (await ctx.engine.store.write(write)).arn}


@waiting("UpdateStack")
async def update_stack(ctx: Context, params: Params) -> Result:
    """Change a stack; its resources are made, changed and removed from then on."""
    name = params["StackName"]
    stack = ctx.engine.store.read(lambda tx: updatable(tx, ctx, name))
    prepared = await prepare(ctx, params, stack.settings)
    if stack.failed is None and not changes(stack.settings, prepared):
        raise Invalid("No updates are to be performed.")

    def write(tx: Transaction) -> Stack:
        stack = updatable(tx, ctx, name)
        check_types(tx, stack, prepared.template)
        begin_update(ctx, tx, stack, prepared.settings, operation_of(ctx, params, "UPDATE", "deploy"))
        which = {"of_account": stack.scope.account, "of_region": stack.scope.region, "of_stack": stack.id}
        tx.execute(_OUTDATE, {**which, "of_status": "AVAILABLE", "now": "OBSOLETE"})
        return stack

    return {"StackId": (await ctx.engine.store.write(write)).arn}


@waiting("DeleteStack")
async def delete_stack(ctx: Context, params: Params) -> Result:
    """Remove a stack with its resources; one that is not there is no error. Its creation is cut short."""
    stack_id = await ctx.engine.store.write(lambda tx: _begin_deletion(tx, ctx, params))
    if stack_id is not None:
        ctx.engine.part(Running).cancel(ctx.scope, stack_id)
    return {}


def _begin_deletion(tx: Transaction, ctx: Context, params: Params) -> str | None:
    """Begin to delete a stack; its id, None if there is nothing to begin. Raises Invalid."""
    stack = find_stack(tx, ctx.scope, params["StackName"])
    if stack is None or not stack.live or stack.status == "DELETE_IN_PROGRESS":
        return None
    if stack.status.startswith("UPDATE") and stack.status.endswith("IN_PROGRESS"):
        raise Invalid(f"Stack [{stack.name}] cannot be deleted while in status {stack.status}")
    if stack.protected:
        raise Invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    _check_not_imported(tx, stack)
    retain = list(params.get("RetainResources", ()))
    if retain and stack.status != "DELETE_FAILED":
        raise Invalid(
            f"Invalid operation on stack [{stack.arn}]. RetainResources can only be specified for stacks in "
            "the DELETE_FAILED state."
        )
    operation = operation_of(ctx, params, "DELETE", "delete")
    operation.retain = retain
    if "RoleARN" in params:
        stack.settings.role = params["RoleARN"]
    begin(ctx.engine, tx, stack, operation, "DELETE_IN_PROGRESS")
    return stack.id


@command("UpdateTerminationProtection")
def update_termination_protection(ctx: Command, params: Params) -> Result:
    """Have a stack refuse to be deleted, or not any more."""
    stack = live_stack(ctx.tx, ctx, params["StackName"])
    stack.protected = params["EnableTerminationProtection"]
    put_stack(ctx.tx, stack)
    return {"StackId": stack.arn}


@query("DescribeStacks")
def describe_stacks(ctx: Query, params: Params) -> Result:
    """One stack, deleted ones by their id, or all that are not deleted."""
    name = params.get("StackName")
    if name is not None:
        stack = find_stack(ctx.tx, ctx.scope, name)
        if stack is None:
            raise no_stack_with_id(name)
        return {"Stacks": [shown(stack)]}
    found = [shown(stack) for stack in all_stacks(ctx.tx, ctx.scope) if stack.live]
    return paged("Stacks", found, params, lambda each: each["StackId"])


@query("ListStacks")
def list_stacks(ctx: Query, params: Params) -> Result:
    """Every stack in one of some statuses, those deleted within ninety days too."""
    statuses = params.get("StackStatusFilter")
    oldest = ctx.now_ms - DELETED_KEPT_MS
    found = [
        _summary(stack)
        for stack in all_stacks(ctx.tx, ctx.scope)
        if (stack.deleted_ms or ctx.now_ms) >= oldest and (not statuses or stack.status in statuses)
    ]
    return paged("StackSummaries", found, params, lambda each: each["StackId"])


def begin_update(
    ctx: Context, tx: Transaction, stack: Stack, settings: Settings, operation: Operation
) -> None:
    """A stack is deployed with other settings.

    After an update that failed and was left as it was, it goes on with that one: what is gone back to, should
    this fail too, is what was before both.
    """
    if stack.failed is None:
        stack.before = stack.settings
    else:
        operation.id, stack.failed = stack.failed, None
    stack.settings, stack.updated_ms = settings, ctx.now_ms
    begin(ctx.engine, tx, stack, operation, "UPDATE_IN_PROGRESS")


def check_types(tx: Snapshot, stack: Stack, template: Template) -> None:
    """Raises Invalid for a template that makes another type of a resource that is there."""
    changed = [
        name
        for name, row in resources_of(tx, stack).items()
        if row.is_there and name in template.resources and template.resources[name].type != row.type
    ]
    if changed:
        raise Invalid(
            "Update of resource type is not permitted. The new template modifies resource type of the "
            f"following resources: [{', '.join(changed)}]"
        )


def new_stack(ctx: Context, name: str, settings: Settings, status: str) -> Stack:
    """A stack that begins now."""
    return Stack(ctx.scope, uuid4(), name, status, settings, ctx.now_ms)


def operation_of(ctx: Context, params: Mapping[str, Any], kind: str, phase: str) -> Operation:
    """The operation that a request begins."""
    token = params.get("ClientRequestToken")
    return Operation(uuid4(), kind, phase, kept(ctx.call.caller), token, cause=f"call:{ctx.call.request_id}")


def changes(before: Settings, prepared: Prepared) -> bool:
    """Whether a stack would be another one by that."""
    after = prepared.settings
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("body", "parameters", "resolved", "tags", "notification_arns")
    )


def shown(stack: Stack) -> dict[str, Any]:
    """A stack as DescribeStacks shows it."""
    settings = stack.settings
    answer = {
        "StackId": stack.arn,
        "StackName": stack.name,
        "ChangeSetId": settings.change_set if stack.live else None,
        "Description": settings.body.get("Description"),
        "Parameters": shown_parameters(settings),
        "CreationTime": to_datetime(stack.created_ms),
        "LastUpdatedTime": None if stack.updated_ms is None else to_datetime(stack.updated_ms),
        "DeletionTime": None if stack.deleted_ms is None else to_datetime(stack.deleted_ms),
        "RollbackConfiguration": settings.rollback_configuration,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "DisableRollback": settings.on_failure == "DO_NOTHING",
        "NotificationARNs": settings.notification_arns,
        "TimeoutInMinutes": settings.timeout_minutes,
        "Capabilities": settings.capabilities or None,
        "Outputs": stack.outputs or None,
        "RoleARN": settings.role,
        "Tags": [{"Key": key, "Value": value} for key, value in settings.tags.items()],
        "EnableTerminationProtection": stack.protected if stack.live else None,
        "ParentId": stack.parent,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }
    return {name: value for name, value in answer.items() if value is not None}


def shown_parameters(settings: Settings) -> list[dict[str, str]] | None:
    """The parameters of a stack, those that must not be shown as asterisks; None without any."""
    declared = template_of(settings.body).parameters
    found = []
    for name, text in settings.parameters.items():
        hidden = name in declared and declared[name].no_echo
        each = {"ParameterKey": name, "ParameterValue": _HIDDEN if hidden else text}
        if name in settings.resolved and not hidden:
            each["ResolvedValue"] = settings.resolved[name]
        found.append(each)
    return found or None


def _summary(stack: Stack) -> dict[str, Any]:
    names = (
        "StackId",
        "StackName",
        "CreationTime",
        "LastUpdatedTime",
        "DeletionTime",
        "StackStatus",
        "StackStatusReason",
        "ParentId",
        "DriftInformation",
    )
    every = shown(stack)
    summary = {name: every[name] for name in names if name in every}
    description = stack.settings.body.get("Description")
    return summary if description is None else {**summary, "TemplateDescription": description}


def _check_new(tx: Snapshot, ctx: Context, name: str) -> None:
    if find_stack(tx, ctx.scope, name) is not None:
        raise AlreadyExists(f"Stack [{name}] already exists")


def _check_not_imported(tx: Snapshot, stack: Stack) -> None:
    for name, row in exports_here(tx, stack.scope).items():
        users = importers(tx, stack.scope, name) if row.stack == stack.id else []
        if users:
            raise Invalid(f"Export {name} cannot be deleted as it is in use by {', '.join(users)}")
