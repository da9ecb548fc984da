"""AWS::CloudFormation::CustomResource and every Custom::Name: made by a function, or by who reads a topic.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from typing import Any

from windsock.kernel.arns import parse_arn
from windsock.languages.stacks.template import text_of
from windsock.services.cloudformation.custom_responses import CustomResponses
from windsock.services.cloudformation.limits import CUSTOM_RESOURCE_SECONDS
from windsock.services.cloudformation.resource_type import (
    Existing,
    Failed,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type("AWS::CloudFormation::CustomResource")
class CustomResource(ResourceType):
    """A custom resource. Who makes it says its id; a new id in an update is a new resource."""

    async def create(self, work: Work, properties: Properties) -> Made:
        return await _asked(work, "Create", properties, {})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        more = {
            "PhysicalResourceId": existing.physical_id,
            "OldResourceProperties": _as_texts(existing.properties),
        }
        return await _asked(work, "Update", properties, more)

    async def delete(self, work: Work, existing: Existing) -> None:
        await _asked(work, "Delete", existing.properties, {"PhysicalResourceId": existing.physical_id})


async def _asked(work: Work, request_type: str, properties: Properties, more: Mapping[str, Any]) -> Made:
    url, future = work.engine.part(CustomResponses).expect()
    request = {
        "RequestType": request_type,
        "ServiceToken": properties["ServiceToken"],
        "ResponseURL": url,
        "StackId": work.stack_id,
        "RequestId": str(uuid.UUID(work.token)),
        "LogicalResourceId": work.logical_id,
        "ResourceType": work.type_name,
        "ResourceProperties": _as_texts(properties),
        **more,
    }
    await _send(work, properties["ServiceToken"], json.dumps(request))
    seconds = float(properties.get("ServiceTimeout", CUSTOM_RESOURCE_SECONDS))
    answer = await _answer(work, future, seconds)
    if answer.get("Status") != "SUCCESS":
        raise Failed(
            "Received response status [FAILED] from custom resource. Message returned: "
            f"{answer.get('Reason')} (RequestId: {request['RequestId']})"
        )
    physical_id = answer.get("PhysicalResourceId") or more.get("PhysicalResourceId")
    if not physical_id:
        raise Failed("Invalid PhysicalResourceId")
    return Made(str(physical_id), answer.get("Data") or {})


async def _send(work: Work, service_token: str, request: str) -> None:
    arn = parse_arn(service_token)
    if arn is None:
        raise Failed(f"Invalid ServiceToken: {service_token}")
    if arn.service == "sns":
        subject = "AWS CloudFormation custom resource request"
        await work.call("sns", "Publish", TopicArn=service_token, Subject=subject, Message=request)
        return
    await work.call(
        "lambda",
        "Invoke",
        FunctionName=service_token,
        InvocationType="Event",
        Payload=request.encode(),
    )


async def _answer(work: Work, future: asyncio.Future[Mapping[str, Any]], seconds: float) -> Mapping[str, Any]:
    """What is put to the URL. Raises Failed when that takes too long, or nobody wants it any more."""
    over = asyncio.Event()
    future.add_done_callback(lambda _: over.set())
    stopping = asyncio.ensure_future(work.stop.wait())
    stopping.add_done_callback(lambda _: over.set())
    clock = work.engine.clock
    try:
        with work.engine.activity.resting():
            await clock.wait(over, clock.now_ms() + round(seconds * 1000))
    finally:
        stopping.cancel()
        if not future.done():
            future.cancel()
    if not future.cancelled():
        return future.result()
    if work.stop.is_set():
        raise Failed("Resource creation cancelled")
    raise Failed(
        "CloudFormation did not receive a response from your Custom Resource. Please check your logs for "
        f"requestId [{uuid.UUID(work.token)}]. If you are using the Python cfn-response module, you may need "
        "to update your Lambda function code so that CloudFormation can attach the updated version."
    )


def _as_texts(value: Any) -> Any:
    """Properties as custom resources get them: every scalar is text."""
    if isinstance(value, Mapping):
        return {name: _as_texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_texts(each) for each in value]
    return None if value is None else text_of(value)
