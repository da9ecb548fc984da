"""AWS::StepFunctions::StateMachineVersion: a published version of a state machine.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::StepFunctions::StateMachineVersion")
class StateMachineVersion(ByModel):
    """A version; its id is its ARN."""

    service = "stepfunctions"
    create_operation = "PublishStateMachineVersion"
    delete_operation = "DeleteStateMachineVersion"
    id_parameter = "stateMachineVersionArn"
    answer = ("stateMachineVersionArn",)
    renamed: ClassVar = {"StateMachineRevisionId": "revisionId"}
    tagging = None
    gone = ("ResourceNotFound", "StateMachineDoesNotExist")

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": physical_id}
