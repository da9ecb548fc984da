"""The resources of stacks and what happened to them, as they are asked for.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.kernel.clock import to_datetime
from windsock.services.cloudformation.errors import Invalid, no_stack
from windsock.services.cloudformation.limits import PAGE_OF_EVENTS
from windsock.services.cloudformation.pages import paged
from windsock.services.cloudformation.resource_rows import ResourceRow, resources_of
from windsock.services.cloudformation.stack import Stack, all_stacks, find_stack
from windsock.services.cloudformation.stack_events import events_of
from windsock.store.statements import Row

_NOT_CHECKED = {"StackResourceDriftStatus": "NOT_CHECKED"}


@query("DescribeStackEvents")
def describe_stack_events(ctx: Query, params: Params) -> Result:
    """What happened to a stack, newest first."""
    stack = _stack(ctx, params["StackName"])
    before = "~"
    if "NextToken" in params:
        try:
            (before,) = read_token(params["NextToken"], [""])
        except InvalidPageToken as error:
            raise Invalid("Invalid NextToken") from error

    def event(row: Row) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(row.body)
        return {**found, "Timestamp": to_datetime(found["Timestamp"])}

    rows = events_of(ctx.tx, stack, PAGE_OF_EVENTS + 1, before)
    return page("StackEvents", rows, PAGE_OF_EVENTS, lambda row: row.id, event)


@query("DescribeStackResources")
def describe_stack_resources(ctx: Query, params: Params) -> Result:
    """The resources of a stack, one of them, or the stack that a physical id belongs to."""
    physical_id = params.get("PhysicalResourceId")
    if physical_id is not None:
        stack = _owner(ctx, physical_id)
    elif "StackName" in params:
        stack = _stack(ctx, params["StackName"])
    else:
        raise Invalid("Either StackName or PhysicalResourceId must be specified.")
    logical_id = params.get("LogicalResourceId")
    rows = resources_of(ctx.tx, stack).values()
    return {
        "StackResources": [
            {**_of_stack(stack), **_shown(row), "Timestamp": to_datetime(row.updated_ms)}
            for row in rows
            if logical_id in (None, row.logical_id)
        ]
    }


@query("DescribeStackResource")
def describe_stack_resource(ctx: Query, params: Params) -> Result:
    """One resource, with its metadata."""
    stack = _stack(ctx, params["StackName"])
    name = params["LogicalResourceId"]
    row = resources_of(ctx.tx, stack).get(name)
    if row is None:
        raise Invalid(f"Resource {name} does not exist for stack {stack.name}")
    metadata = orjson.dumps(row.declared.get("Metadata", {})).decode()
    detail = {
        **_of_stack(stack),
        **_shown(row),
        "LastUpdatedTimestamp": to_datetime(row.updated_ms),
        "Metadata": metadata,
    }
    return {"StackResourceDetail": detail}


@query("ListStackResources")
def list_stack_resources(ctx: Query, params: Params) -> Result:
    """The resources of a stack, in short."""
    stack = _stack(ctx, params["StackName"])
    found = [
        {**_shown(row), "LastUpdatedTimestamp": to_datetime(row.updated_ms)}
        for row in resources_of(ctx.tx, stack).values()
    ]
    return paged("StackResourceSummaries", found, params, lambda each: each["LogicalResourceId"])


def _stack(ctx: Query, name: str) -> Stack:
    stack = find_stack(ctx.tx, ctx.scope, name)
    if stack is None:
        raise no_stack(name)
    return stack


def _owner(ctx: Query, physical_id: str) -> Stack:
    for stack in all_stacks(ctx.tx, ctx.scope):
        rows = resources_of(ctx.tx, stack).values() if stack.live else ()
        if any(row.physical_id == physical_id for row in rows):
            return stack
    raise Invalid(f"Stack for {physical_id} does not exist")


def _of_stack(stack: Stack) -> dict[str, Any]:
    return {"StackName": stack.name, "StackId": stack.arn}


def _shown(row: ResourceRow) -> dict[str, Any]:
    shown = {
        "LogicalResourceId": row.logical_id,
        "PhysicalResourceId": row.physical_id,
        "ResourceType": row.type,
        "ResourceStatus": row.status,
        "ResourceStatusReason": row.reason,
        "DriftInformation": _NOT_CHECKED,
    }
    return {name: value for name, value in shown.items() if value is not None}
