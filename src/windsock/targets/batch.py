"""A Batch job queue as a target.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_BatchParameters.html and
https://docs.aws.amazon.com/batch/latest/userguide/batch-cwe-target.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget, input_object, lower_camel
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class JobQueueTarget(CallTarget):
    """Submits a job; an input may give `Parameters` and `ContainerOverrides`."""

    name = "batch"
    operation = ("batch", "SubmitJob")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "batch" and arn.resource.startswith("job-queue/")

    def params(self, delivery: Delivery) -> dict[str, Any]:
        params = lower_camel(delivery.target["BatchParameters"])
        params["jobQueue"] = str(delivery.arn)
        given = input_object(delivery)
        if "Parameters" in given:
            params["parameters"] = given["Parameters"]
        if "ContainerOverrides" in given:
            params["containerOverrides"] = lower_camel(given["ContainerOverrides"])
        return dict(params)
