"""A CodeBuild project as a target; an input may give further parameters of StartBuild.

Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget, input_object
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class ProjectTarget(CallTarget):
    """Starts a build."""

    name = "codebuild"
    operation = ("codebuild", "StartBuild")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "codebuild" and arn.resource.startswith("project/")

    def params(self, delivery: Delivery) -> dict[str, Any]:
        project = delivery.arn.resource.removeprefix("project/")
        return {**input_object(delivery), "projectName": project, "idempotencyToken": delivery.task.id}
