"""PutLifecycleHook with somebody to notify: only if a test message reaches them.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import AwsError
from windsock.simulation.backend.moto import Moto
from windsock.simulation.backend.notices import send
from windsock.simulation.overlays.autoscaling.notifications import test_notice


@waiting("PutLifecycleHook")
async def put_lifecycle_hook(ctx: Context, params: Params) -> Result:
    """Make or change a hook; nothing is changed if its receiver cannot be notified."""
    if params.get("NotificationTargetARN"):
        await _test(ctx, params)
    result: Result = await ctx.engine.part(Moto).answer(ctx.call)
    return result


async def _test(ctx: Context, params: Params) -> None:
    group = await _group(ctx, params["AutoScalingGroupName"])
    if group is None:  # the child says so
        return
    receiver, role = params["NotificationTargetARN"], params.get("RoleARN")
    notice = test_notice(ctx.engine, ctx.scope.account, receiver, role, group)
    try:
        await send(ctx.engine, ctx.scope, notice, cause=f"call:{ctx.call.request_id}")
    except AwsError as error:
        raise AwsError(
            f"Unable to publish test message to notification target {receiver} using IAM role {role}. "
            "Please check your target and role configuration and try to put lifecycle hook again.",
            code="ValidationError",
        ) from error


async def _group(ctx: Context, name: str) -> Mapping[str, Any] | None:
    call = replace(
        ctx.call,
        operation="DescribeAutoScalingGroups",
        params={"AutoScalingGroupNames": [name]},
        completes=None,
    )
    found = (await ctx.engine.part(Moto).answer(call))["AutoScalingGroups"]
    return found[0] if found else None
