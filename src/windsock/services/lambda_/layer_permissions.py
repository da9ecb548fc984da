"""Who may use a version of a layer.

Sources: API_AddLayerVersionPermission, API_RemoveLayerVersionPermission and API_GetLayerVersionPolicy below
https://docs.aws.amazon.com/lambda/latest/api/.
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.layer_references import LayerVersion
from windsock.services.lambda_.layers import layer_version_named, require_layer_version
from windsock.services.lambda_.policies import Policy, principal_of, read_policy


@command("AddLayerVersionPermission")
def add_layer_version_permission(ctx: Command, params: Params) -> Result:
    """Add a statement to the policy of a layer's version; the statement as JSON text."""
    named = layer_version_named(ctx.scope, params)
    require_layer_version(ctx.tx, named)
    if params["Action"] != "lambda:GetLayerVersion":
        raise InvalidParameterValue("The only action a layer's policy can allow is lambda:GetLayerVersion.")
    policy = _policy(ctx, named)
    policy.check_revision(params.get("RevisionId"))
    statement: dict[str, Any] = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": principal_of(params["Principal"], named.scope.partition),
        "Action": params["Action"],
        "Resource": named.arn,
    }
    if params.get("OrganizationId"):
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": params["OrganizationId"]}}
    revision = policy.add(statement)
    return {"Statement": orjson.dumps(statement).decode(), "RevisionId": revision}


@command("RemoveLayerVersionPermission")
def remove_layer_version_permission(ctx: Command, params: Params) -> Result:
    """Remove a statement."""
    named = layer_version_named(ctx.scope, params)
    require_layer_version(ctx.tx, named)
    policy = _policy(ctx, named)
    policy.check_revision(params.get("RevisionId"))
    policy.remove(params["StatementId"])
    return None


@query("GetLayerVersionPolicy")
def get_layer_version_policy(ctx: Query, params: Params) -> Result:
    """The policy of a layer's version. Raises ResourceNotFound if it has none."""
    named = layer_version_named(ctx.scope, params)
    require_layer_version(ctx.tx, named)
    return dict(read_policy(ctx.tx, named.scope, f"layer:{named.layer}", str(named.version)))


def _policy(ctx: Command, named: LayerVersion) -> Policy:
    return Policy(ctx.tx, named.scope, f"layer:{named.layer}", str(named.version))
