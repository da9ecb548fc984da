"""Templated targets: a resource, which tells the operation to call and most of its parameters.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from windsock.engine.json_params import InvalidParams, params_of_json
from windsock.engine.operations import Result
from windsock.engine.targets import TargetError
from windsock.kernel.arns import Arn
from windsock.kernel.errors import ValidationError
from windsock.kernel.models import operation_model
from windsock.kernel.scope import Scope
from windsock.services.scheduler.target_calls import TargetCall, TargetForm

Target = Mapping[str, Any]
ParamsOf = Callable[[Target, Arn, str], dict[str, Any]]

# Blocks of parameters a target may have beside what all have.
_BLOCKS: Final = (
    "EcsParameters",
    "EventBridgeParameters",
    "EventBridgePutEventsV2Parameters",
    "EventBridgePutRawEventsParameters",
    "KinesisParameters",
    "SageMakerPipelineParameters",
    "SqsParameters",
)


class TemplatedTarget(TargetForm):
    """One template: `params` makes the operation's parameters of target, ARN and input.

    `block` names the parameters that go with it, `needs_block` says that it cannot do without them,
    `needs_json` that its Input must be JSON.
    """

    def __init__(
        self,
        service: str,
        operation: str,
        params: ParamsOf,
        *,
        block: str | None = None,
        needs_block: bool = False,
        needs_json: bool = False,
    ) -> None:
        self.service = service
        self.operation = operation
        self._params = params
        self._block = block
        self._needs_block = needs_block
        self._needs_json = needs_json

    def check(self, target: Target, arn: Arn) -> None:
        for block in _BLOCKS:
            if block in target and block != self._block:
                raise ValidationError(f"{block} is not supported for target {arn}.")
        if self._needs_block and self._block not in target:
            raise ValidationError(f"{self._block} must be specified for target {arn}.")
        if self._needs_json and "Input" in target and not _is_json(target["Input"]):
            raise ValidationError(f"Input must be a well-formed JSON for target {arn}.")
        try:
            self._params(target, arn, target.get("Input", "{}"))
        except InvalidParams as error:
            raise ValidationError(f"Input is not valid for target {arn}. Reason {error}") from error

    def call(self, target: Target, arn: Arn, text: str, scope: Scope) -> TargetCall:
        try:
            params = self._params(target, arn, text)
        except InvalidParams as error:
            raise TargetError("ValidationException", str(error), retryable=False) from error
        return TargetCall(self.service, self.operation, params, arn.scope)


class EventBusTarget(TemplatedTarget):
    """PutEvents answers for each event by itself, so success is read from the answer."""

    tells_failures = True

    def failure(self, result: Result) -> TargetError | None:
        failed = [entry for entry in (result or {}).get("Entries", ()) if "ErrorCode" in entry]
        if not failed:
            return None
        return TargetError(failed[0]["ErrorCode"], failed[0]["ErrorMessage"], retryable=False)


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _message(target: Target, arn: Arn, text: str) -> dict[str, Any]:
    params = {"QueueUrl": f"/{arn.account}/{arn.resource}", "MessageBody": text}
    group = target.get("SqsParameters", {}).get("MessageGroupId")
    if group is not None:
        params["MessageGroupId"] = group
    elif arn.resource.endswith(".fifo"):
        raise ValidationError(f"SqsParameters.MessageGroupId must be specified for target {arn}.")
    return params


def _notification(_target: Target, arn: Arn, text: str) -> dict[str, Any]:
    return {"TopicArn": str(arn), "Message": text}


def _event(target: Target, arn: Arn, text: str) -> dict[str, Any]:
    about = target["EventBridgeParameters"]
    entry = {"DetailType": about["DetailType"], "Source": about["Source"], "Detail": text}
    return {"Entries": [{**entry, "EventBusName": str(arn)}]}


def _invocation(_target: Target, arn: Arn, text: str) -> dict[str, Any]:
    return {"FunctionName": str(arn), "InvocationType": "Event", "Payload": text.encode()}


def _execution(_target: Target, arn: Arn, text: str) -> dict[str, Any]:
    return {"stateMachineArn": str(arn), "input": text}


def _record(target: Target, arn: Arn, text: str) -> dict[str, Any]:
    key = target["KinesisParameters"]["PartitionKey"]
    return {"StreamARN": str(arn), "Data": text.encode(), "PartitionKey": key}


def _delivery(_target: Target, arn: Arn, text: str) -> dict[str, Any]:
    return {"DeliveryStreamName": _last(arn), "Record": {"Data": text.encode()}}


def _build(target: Target, arn: Arn, text: str) -> dict[str, Any]:
    overrides = params_of_json(operation_model("codebuild", "StartBuild"), _given(target, text))
    return {**overrides, "projectName": _last(arn)}


def _pipeline(_target: Target, arn: Arn, _text: str) -> dict[str, Any]:
    return {"name": arn.resource}


def _assessment(_target: Target, arn: Arn, _text: str) -> dict[str, Any]:
    return {"assessmentTemplateArn": str(arn)}


def _model_pipeline(target: Target, arn: Arn, _text: str) -> dict[str, Any]:
    params: dict[str, Any] = {"PipelineName": _last(arn)}
    given = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList")
    return {**params, "PipelineParameters": given} if given else params


def _task(target: Target, arn: Arn, text: str) -> dict[str, Any]:
    renamed = {"TaskDefinitionArn": "taskDefinition", "TaskCount": "count"}
    given = {renamed.get(name, name): value for name, value in target["EcsParameters"].items()}
    overrides = {"overrides": _given(target, text)} if "Input" in target else {}
    return params_of_json(operation_model("ecs", "RunTask"), {**given, "cluster": str(arn), **overrides})


def _given(target: Target, text: str) -> Any:
    """What Input adds to a call that has its parameters already."""
    if "Input" not in target:
        return {}
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidParams(f"It is not a well-formed JSON: {error}.") from error


def _last(arn: Arn) -> str:
    return arn.resource.rpartition("/")[2]


# By the ARNs they are for, from the service on.
_TEMPLATES: Final[Mapping[re.Pattern[str], TemplatedTarget]] = {
    re.compile(r"sqs:[\w-]+(\.fifo)?", re.ASCII): TemplatedTarget(
        "sqs", "SendMessage", _message, block="SqsParameters"
    ),
    re.compile(r"sns:[\w-]+(\.fifo)?", re.ASCII): TemplatedTarget("sns", "Publish", _notification),
    re.compile(r"events:event-bus/.+"): EventBusTarget(
        "events", "PutEvents", _event, block="EventBridgeParameters", needs_block=True, needs_json=True
    ),
    re.compile(r"lambda:function:.+"): TemplatedTarget("lambda", "Invoke", _invocation, needs_json=True),
    re.compile(r"states:stateMachine:.+"): TemplatedTarget(
        "stepfunctions", "StartExecution", _execution, needs_json=True
    ),
    re.compile(r"kinesis:stream/.+"): TemplatedTarget(
        "kinesis", "PutRecord", _record, block="KinesisParameters", needs_block=True
    ),
    re.compile(r"firehose:deliverystream/.+"): TemplatedTarget("firehose", "PutRecord", _delivery),
    re.compile(r"codebuild:project/.+"): TemplatedTarget("codebuild", "StartBuild", _build),
    re.compile(r"codepipeline:[^:/]+"): TemplatedTarget("codepipeline", "StartPipelineExecution", _pipeline),
    re.compile(r"ecs:cluster/.+"): TemplatedTarget(
        "ecs", "RunTask", _task, block="EcsParameters", needs_block=True
    ),
    re.compile(r"inspector:target/.+"): TemplatedTarget("inspector", "StartAssessmentRun", _assessment),
    re.compile(r"sagemaker:pipeline/.+"): TemplatedTarget(
        "sagemaker", "StartPipelineExecution", _model_pipeline, block="SageMakerPipelineParameters"
    ),
}


def templated_target(arn: Arn) -> TemplatedTarget | None:
    """The template for an ARN, or None when there is none."""
    name = f"{arn.service}:{arn.resource}"
    return next((form for pattern, form in _TEMPLATES.items() if pattern.fullmatch(name)), None)
