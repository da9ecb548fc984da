"""A SageMaker pipeline as a target.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SageMakerPipelineParameters.html and
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget
from windsock.engine.dynamic_parameters import all_resolved
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class SageMakerPipelineTarget(CallTarget):
    """Starts an execution; the values of its parameters may be JSON paths."""

    name = "sagemaker-pipeline"
    operation = ("sagemaker", "StartPipelineExecution")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "sagemaker" and arn.resource.startswith("pipeline/")

    def params(self, delivery: Delivery) -> dict[str, Any]:
        given = delivery.target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", ())
        return {
            "PipelineName": delivery.arn.resource.removeprefix("pipeline/"),
            "PipelineParameters": all_resolved(list(given), delivery.event),
            # It has 32 characters at least.
            "ClientRequestToken": delivery.task.id.rjust(32, "0"),
        }
