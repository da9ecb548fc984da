"""Who may invoke a function: its resource policy, and that of each version and alias.

Sources: API_AddPermission, API_RemovePermission and API_GetPolicy below
https://docs.aws.amazon.com/lambda/latest/api/.
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.lambda_.errors import InvalidParameterValue, ResourceNotFound
from windsock.services.lambda_.function_rows import find_function, require_function
from windsock.services.lambda_.names import LATEST, FunctionName, function_named
from windsock.services.lambda_.policies import Policy, principal_of, read_policy
from windsock.services.lambda_.qualifiers import require_qualifier
from windsock.store.transaction import Snapshot

# The condition each parameter becomes: operator and key.
_CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


@command("AddPermission")
def add_permission(ctx: Command, params: Params) -> Result:
    """Add a statement to the policy of a function, version or alias; the statement as JSON text."""
    named = function_named(ctx.scope, params)
    _check(ctx.tx, named)
    policy = Policy(ctx.tx, named.scope, f"function:{named.name}", named.qualifier or "")
    policy.check_revision(params.get("RevisionId"))
    statement = _statement(named, params)
    policy.add(statement)
    return {"Statement": orjson.dumps(statement).decode()}


@command("RemovePermission")
def remove_permission(ctx: Command, params: Params) -> Result:
    """Remove a statement."""
    named = function_named(ctx.scope, params)
    if find_function(ctx.tx, named) is None:
        raise ResourceNotFound(f"No policy found for: {named.arn}")
    _check(ctx.tx, named)
    policy = Policy(ctx.tx, named.scope, f"function:{named.name}", named.qualifier or "")
    policy.check_revision(params.get("RevisionId"))
    policy.remove(params["StatementId"])
    return None


@query("GetPolicy")
def get_policy(ctx: Query, params: Params) -> Result:
    """The policy of a function, version or alias. Raises ResourceNotFound if it has none."""
    named = function_named(ctx.scope, params)
    require_function(ctx.tx, FunctionName(named.scope, named.name))
    return dict(read_policy(ctx.tx, named.scope, f"function:{named.name}", named.qualifier or ""))


def _check(tx: Snapshot, named: FunctionName) -> None:
    if named.qualifier == LATEST:
        raise InvalidParameterValue("We currently do not support adding policies for $LATEST.")
    require_qualifier(tx, named)


def _statement(named: FunctionName, params: Params) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": principal_of(params["Principal"], named.scope.partition),
        "Action": params["Action"],
        "Resource": named.arn,
    }
    condition: dict[str, dict[str, Any]] = {}
    for parameter, (operator, key) in _CONDITIONS.items():
        value = params.get(parameter)
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else value
            condition.setdefault(operator, {})[key] = text
    if condition:
        statement["Condition"] = condition
    return statement
