"""AWS::StepFunctions::StateMachineAlias: a name for one or two versions.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::StepFunctions::StateMachineAlias")
class StateMachineAlias(ByModel):
    """An alias; its id is its ARN."""

    service = "stepfunctions"
    create_operation = "CreateStateMachineAlias"
    update_operation = "UpdateStateMachineAlias"
    delete_operation = "DeleteStateMachineAlias"
    id_parameter = "stateMachineAliasArn"
    answer = ("stateMachineAliasArn",)
    name_property = "Name"
    longest_name = 80
    settled = frozenset({"DeploymentPreference"})
    tagging = None
    gone = ("ResourceNotFound",)

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        # A gradual deployment ends at the version that it names, which is where windsock goes at once.
        preference = properties.get("DeploymentPreference")
        if preference is not None:
            version = preference["StateMachineVersionArn"]
            routing = [{"StateMachineVersionArn": version, "Weight": 100}]
            properties = {**properties, "RoutingConfiguration": routing}
        return super().params(work, operation, properties)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": physical_id}
