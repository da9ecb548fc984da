"""What is done to stacks besides deploying them: an update cancelled, a rollback tried again, a policy set.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from __future__ import annotations

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.services.cloudformation.deployment import begin
from windsock.services.cloudformation.errors import Invalid
from windsock.services.cloudformation.resource_rows import put_resource, resources_of
from windsock.services.cloudformation.running import Running
from windsock.services.cloudformation.stack import put_stack
from windsock.services.cloudformation.stack_policy import checked_policy
from windsock.services.cloudformation.stacks import operation_of
from windsock.services.cloudformation.stacks_found import live_stack
from windsock.store.transaction import Transaction


@waiting("CancelUpdateStack")
async def cancel_update_stack(ctx: Context, params: Params) -> Result:
    """Stop an update; what it did is undone."""

    def write(tx: Transaction) -> str:
        stack = live_stack(tx, ctx, params["StackName"])
        if stack.status != "UPDATE_IN_PROGRESS" or stack.operation is None:
            raise Invalid("CancelUpdateStack cannot be called from current stack status")
        stack.operation.cancelled = True
        put_stack(tx, stack)
        return stack.id

    stack_id = await ctx.engine.store.write(write)
    ctx.engine.part(Running).cancel(ctx.scope, stack_id)
    return {}


@command("ContinueUpdateRollback")
def continue_update_rollback(ctx: Command, params: Params) -> Result:
    """Try again to undo an update; resources to skip are taken for as they should be."""
    stack = live_stack(ctx.tx, ctx, params["StackName"])
    if stack.status != "UPDATE_ROLLBACK_FAILED" or stack.failed is None:
        raise Invalid(
            f"Stack:{stack.arn} is in {stack.status} state and can not continue its update rollback."
        )
    rows = resources_of(ctx.tx, stack)
    for name in params.get("ResourcesToSkip", ()):
        row = rows.get(name)
        if row is None or row.status != "UPDATE_FAILED":
            raise Invalid(f"Resource {name} is not in UPDATE_FAILED state and can not be skipped.")
        if row.before is not None:
            row.properties, row.declared = row.before.properties, row.before.declared
        row.status, row.before = "UPDATE_COMPLETE", None
        put_resource(ctx.tx, stack, row)
    if "RoleARN" in params:
        stack.settings.role = params["RoleARN"]
    operation = operation_of(ctx, params, "UPDATE", "restore")
    operation.id = stack.failed  # it goes on with what that one touched
    stack.failed = None
    begin(ctx.engine, ctx.tx, stack, operation, "UPDATE_ROLLBACK_IN_PROGRESS")
    return {}


@command("RollbackStack")
def rollback_stack(ctx: Command, params: Params) -> Result:
    """Undo a creation or an update that failed and was left as it was."""
    stack = live_stack(ctx.tx, ctx, params["StackName"])
    if "RoleARN" in params:
        stack.settings.role = params["RoleARN"]
    if stack.status == "CREATE_FAILED":
        operation = operation_of(ctx, params, "CREATE", "roll back")
        begin(ctx.engine, ctx.tx, stack, operation, "ROLLBACK_IN_PROGRESS")
    elif stack.status == "UPDATE_FAILED" and stack.failed is not None:
        operation = operation_of(ctx, params, "UPDATE", "restore")
        operation.id, stack.failed = stack.failed, None
        begin(ctx.engine, ctx.tx, stack, operation, "UPDATE_ROLLBACK_IN_PROGRESS")
    else:
        raise Invalid(f"Stack:{stack.arn} is in {stack.status} state and can not be rolled back.")
    return {"StackId": stack.arn}


@command("SetStackPolicy")
def set_stack_policy(ctx: Command, params: Params) -> Result:
    """Keep the policy of a stack."""
    stack = live_stack(ctx.tx, ctx, params["StackName"])
    if "StackPolicyBody" not in params:
        raise Invalid("windsock takes the policy of a stack as StackPolicyBody only.")
    stack.policy = checked_policy(params["StackPolicyBody"])
    put_stack(ctx.tx, stack)
    return {}


@query("GetStackPolicy")
def get_stack_policy(ctx: Query, params: Params) -> Result:
    """The policy of a stack, if it has one."""
    stack = live_stack(ctx.tx, ctx, params["StackName"])
    return {} if stack.policy is None else {"StackPolicyBody": stack.policy}
