"""A Redshift cluster or serverless workgroup as a target: SQL by the Data API.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RedshiftDataParameters.html and
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ExecuteStatement.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.engine.call_target import CallTarget
from windsock.engine.dynamic_parameters import all_resolved
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn

# Parameter of the target by parameter of the API; all may be JSON paths.
_NAMES: Final = {
    "Database": "Database",
    "DbUser": "DbUser",
    "SecretArn": "SecretManagerArn",
    "Sql": "Sql",
    "StatementName": "StatementName",
    "Sqls": "Sqls",
}


@target_kind
class RedshiftTarget(CallTarget):
    """Runs a statement, or several as one transaction."""

    name = "redshift-data"
    operation = ("redshift-data", "ExecuteStatement")

    def accepts(self, arn: Arn) -> bool:
        return (arn.service == "redshift" and arn.resource.startswith("cluster:")) or (
            arn.service == "redshift-serverless" and arn.resource.startswith("workgroup/")
        )

    def needs(self, target: Mapping[str, Any]) -> tuple[str, str] | None:
        if target["RedshiftDataParameters"].get("Sqls"):
            return ("redshift-data", "BatchExecuteStatement")
        return self.operation

    def params(self, delivery: Delivery) -> dict[str, Any]:
        given = all_resolved(delivery.target["RedshiftDataParameters"], delivery.event)
        params: dict[str, Any] = {name: given[key] for name, key in _NAMES.items() if given.get(key)}
        if delivery.arn.service == "redshift":
            params["ClusterIdentifier"] = delivery.arn.resource.removeprefix("cluster:")
        else:
            params["WorkgroupName"] = str(delivery.arn)
        return {**params, "WithEvent": given.get("WithEvent", False), "ClientToken": delivery.task.id}
