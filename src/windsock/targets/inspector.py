"""An Inspector assessment template as a target.

Source: https://docs.aws.amazon.com/inspector/v1/APIReference/API_StartAssessmentRun.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class AssessmentTemplateTarget(CallTarget):
    """Starts a run."""

    name = "inspector"
    operation = ("inspector", "StartAssessmentRun")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "inspector" and "/template/" in arn.resource

    def params(self, delivery: Delivery) -> dict[str, Any]:
        return {"assessmentTemplateArn": str(delivery.arn)}
