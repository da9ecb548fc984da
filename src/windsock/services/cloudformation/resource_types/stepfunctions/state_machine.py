"""AWS::StepFunctions::StateMachine: a state machine.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

import json
from typing import Any, Final

from windsock.services.cloudformation.parameters import tag_parameters
from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.tagging import Tagging, tags_of
from windsock.services.cloudformation.work import Work

_MOST: Final = 80


@resource_type("AWS::StepFunctions::StateMachine")
class StateMachine(ResourceType):
    """A state machine; its id is its ARN."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("StateMachineName") or work.name(_MOST)
        answer = await work.call(
            "stepfunctions",
            "CreateStateMachine",
            name=name,
            definition=await _definition(work, properties),
            roleArn=properties["RoleArn"],
            type=properties.get("StateMachineType"),
            loggingConfiguration=_lower_camel(properties.get("LoggingConfiguration")),
            tracingConfiguration=_lower_camel(properties.get("TracingConfiguration")),
            **tag_parameters("stepfunctions", "CreateStateMachine", tags_of(work, properties)),
        )
        arn = answer["stateMachineArn"]
        return Made(arn, {"Arn": arn, "Name": name, "StateMachineRevisionId": "INITIAL"})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        arn = existing.physical_id
        answer = await work.call(
            "stepfunctions",
            "UpdateStateMachine",
            stateMachineArn=arn,
            definition=await _definition(work, properties),
            roleArn=properties["RoleArn"],
            loggingConfiguration=_lower_camel(properties.get("LoggingConfiguration")),
            tracingConfiguration=_lower_camel(properties.get("TracingConfiguration")),
        )
        await Tagging().change(work, "stepfunctions", arn, existing.properties, properties)
        return Made(arn, {**existing.attributes, "StateMachineRevisionId": answer.get("revisionId", "")})

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("StateMachineDoesNotExist"):
            await work.call("stepfunctions", "DeleteStateMachine", stateMachineArn=existing.physical_id)


async def _definition(work: Work, properties: Properties) -> str:
    """The definition as text, with `${name}` replaced by what DefinitionSubstitutions has for it."""
    if "DefinitionS3Location" in properties:
        text = await work.object_text(properties["DefinitionS3Location"])
    else:
        text = properties.get("DefinitionString") or json.dumps(properties.get("Definition"))
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace("${" + name + "}", value if isinstance(value, str) else json.dumps(value))
    return str(text)


def _lower_camel(value: Any) -> Any:
    """A structure as the API has it, whose members begin with a small letter."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _lower_camel(each) for name, each in value.items()}
    return [_lower_camel(each) for each in value] if isinstance(value, list) else value
