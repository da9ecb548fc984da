"""Resource policies: which AWS services may write to the groups of an account, or to one group.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html,
API_DescribeResourcePolicies.html and API_DeleteResourcePolicy.html beside it.
"""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.resource_policies import resource_policy
from windsock.kernel import ids
from windsock.kernel.arns import Arn
from windsock.services.logs.errors import (
    InvalidParameter,
    LimitExceeded,
    OperationAborted,
    ResourceNotFound,
)
from windsock.services.logs.limits import ACCOUNT_RESOURCE_POLICIES
from windsock.services.logs.lookups import get_group
from windsock.services.logs.names import group_arn, group_of_identifier
from windsock.services.logs.pages import by_name, last_name, limit_of, page_of
from windsock.services.logs.tables import resource_policies as table
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot

# Stands for the resource of a policy of the whole account.
_ACCOUNT = ""

_PUT = Statement(upsert(table, "document", "revision", "updated_ms"))
_OF_RESOURCE = (
    *in_scope(table),
    table.c.resource_arn == sa.bindparam("of_resource"),
)
_DELETE = Statement(sa.delete(table).where(*_OF_RESOURCE, table.c.name == sa.bindparam("of_name")))
_ALL = Statement(sa.select(table).where(*_OF_RESOURCE).order_by(table.c.name))
_LIST_OF_RESOURCES = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.resource_arn > sa.bindparam("of_after"),
    )
    .order_by(table.c.resource_arn)
    .limit(sa.bindparam("most"))
)


@command("PutResourcePolicy")
def put_resource_policy(ctx: Command, params: Params) -> Result:
    """Make or replace a policy of the account, or the one policy of a group."""
    document: str | None = params.get("policyDocument")
    if document is None or not _is_policy(document):
        raise InvalidParameter("Invalid policy document")
    resource = _resource(ctx, params)
    name: str | None = params.get("policyName")
    if name is None:
        raise InvalidParameter("The policy name must be specified.")
    there = ctx.tx.rows(_ALL, {**ctx.scope.columns, "of_resource": resource})
    before = next((row for row in there if row.name == name), None)
    if before is None and len(there) >= (1 if resource else ACCOUNT_RESOURCE_POLICIES):
        raise LimitExceeded
    _expect(params, before)
    revision = ids.uuid4()
    ctx.tx.execute(
        _PUT,
        {
            **ctx.scope.columns,
            "resource_arn": resource,
            "name": name,
            "document": document,
            "revision": revision,
            "updated_ms": ctx.now_ms,
        },
    )
    policy = _described(resource, name, document, ctx.now_ms, revision)
    return {"resourcePolicy": policy, **({"revisionId": revision} if resource else {})}


@query("DescribeResourcePolicies")
def describe_resource_policies(ctx: Query, params: Params) -> Result:
    """The policies of the account, of one group, or (scope RESOURCE) of all groups."""
    limit = limit_of(params)
    if params.get("resourceArn") is None and params.get("policyScope") == "RESOURCE":
        values = {**ctx.scope.columns, "of_after": last_name(params), "most": limit + 1}
        rows = ctx.tx.rows(_LIST_OF_RESOURCES, values)
        return page_of("resourcePolicies", rows, limit, lambda row: row.resource_arn, _shown)
    after = last_name(params)
    rows = ctx.tx.rows(_ALL, {**ctx.scope.columns, "of_resource": _resource(ctx, params)})
    rows = [row for row in rows if row.name > after]
    return page_of("resourcePolicies", rows, limit, by_name, _shown)


@command("DeleteResourcePolicy")
def delete_resource_policy(ctx: Command, params: Params) -> Result:
    """Delete a policy of the account, or the one of a group."""
    resource = _resource(ctx, params)
    there = ctx.tx.rows(_ALL, {**ctx.scope.columns, "of_resource": resource})
    name = params.get("policyName")
    policy = next((row for row in there if name in (row.name, None) and (resource or name)), None)
    if policy is None:
        raise ResourceNotFound("Policy with name [{}] does not exist.".format(name or ""))
    _expect(params, policy)
    ctx.tx.execute(_DELETE, {**ctx.scope.columns, "of_resource": resource, "of_name": policy.name})
    return {}


@resource_policy
def policies_of_group(engine: Engine, tx: Snapshot, arn: Arn) -> str | None:
    """All statements about a group, its own and those of the account, as one policy."""
    name = arn.resource.removeprefix("log-group:").partition(":")[0]
    rows = [
        row
        for resource in (_ACCOUNT, group_arn(arn.scope, name))
        for row in tx.rows(_ALL, {**arn.scope.columns, "of_resource": resource})
    ]
    statements: list[Any] = []
    for row in rows:
        found = orjson.loads(row.document).get("Statement", [])
        statements += found if isinstance(found, list) else [found]
    return orjson.dumps({"Version": "2012-10-17", "Statement": statements}).decode() if statements else None


def _resource(ctx: Command | Query, params: Params) -> str:
    """The ARN of the group a policy belongs to; empty for the account's."""
    if params.get("resourceArn") is None:
        return _ACCOUNT
    name = group_of_identifier(ctx.scope, params["resourceArn"])
    get_group(ctx.tx, ctx.scope, name)
    return group_arn(ctx.scope, name)


def _expect(params: Params, before: Row | None) -> None:
    """Raise OperationAborted if the caller expects another revision than there is."""
    expected = params.get("expectedRevisionId")
    if expected is not None and (before is None or before.revision != expected):
        raise OperationAborted("The expected revision is not the latest revision of the resource policy.")


def _is_policy(document: str) -> bool:
    try:
        return isinstance(orjson.loads(document), dict)
    except orjson.JSONDecodeError:
        return False


def _shown(row: Row) -> dict[str, Any]:
    return _described(row.resource_arn, row.name, row.document, row.updated_ms, row.revision)


def _described(resource: str, name: str, document: str, updated_ms: int, revision: str) -> dict[str, Any]:
    policy = {
        "policyName": name,
        "policyDocument": document,
        "lastUpdatedTime": updated_ms,
        "policyScope": "RESOURCE" if resource else "ACCOUNT",
    }
    return policy | ({"resourceArn": resource, "revisionId": revision} if resource else {})
