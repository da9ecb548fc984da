"""A pipeline of CodePipeline as a target; an input may give its variables and source revisions.

Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StartPipelineExecution.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget, input_object
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class PipelineTarget(CallTarget):
    """Starts an execution."""

    name = "codepipeline"
    operation = ("codepipeline", "StartPipelineExecution")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "codepipeline" and ":" not in arn.resource and "/" not in arn.resource

    def params(self, delivery: Delivery) -> dict[str, Any]:
        pipeline = delivery.arn.resource
        return {**input_object(delivery), "name": pipeline, "clientRequestToken": delivery.task.id}
