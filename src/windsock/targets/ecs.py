"""An ECS cluster as a target: tasks run in it.

The event is not passed on, but parameters may be paths into it, and an input of the target's own gives the
overrides. What ECS has no room for is a failed invocation, and not tried again.
Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EcsParameters.html and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.call_target import CallTarget, call_for, input_object, lower_camel
from windsock.engine.dynamic_parameters import all_resolved
from windsock.engine.targets import Delivery, TargetError, target_kind
from windsock.kernel.arns import Arn

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# The parameters that RunTask has by another name.
_RENAMED: Final = {
    "TaskDefinitionArn": "taskDefinition",
    "TaskCount": "count",
    "EnableECSManagedTags": "enableECSManagedTags",
}
_STARTED_BY_CHARACTERS: Final = 128


@target_kind
class ClusterTarget(CallTarget):
    """Runs the task definition."""

    name = "ecs"
    operation = ("ecs", "RunTask")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "ecs" and arn.resource.startswith("cluster/")

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        """Run it. The answer decides what became of the delivery, so it is not done with the call: the token
        sees to it that a repeated call runs nothing twice.
        """
        answer = await call_for(engine, delivery, *self.operation, self.params(delivery)) or {}
        failures = answer.get("failures")
        if failures and not answer.get("tasks"):
            raise TargetError("ERROR_FROM_TARGET", orjson.dumps(failures).decode(), retryable=False)

    def params(self, delivery: Delivery) -> dict[str, Any]:
        given = all_resolved(delivery.target["EcsParameters"], delivery.event)
        params = {_RENAMED.get(name, name[:1].lower() + name[1:]): value for name, value in given.items()}
        rule = delivery.rule_arn.rpartition("/")[2]
        params |= {
            "cluster": str(delivery.arn),
            "startedBy": f"events-rule/{rule}"[:_STARTED_BY_CHARACTERS],
            "clientToken": delivery.task.id,
        }
        for name in ("networkConfiguration", "tags"):
            if name in params:
                params[name] = lower_camel(params[name])
        overrides = input_object(delivery)
        return {**params, "overrides": overrides} if overrides else params
