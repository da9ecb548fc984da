"""Messages and events: SNS, SQS and EventBridge by name.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html, connect-sqs.html and
connect-eventbridge.html beside it
"""

from __future__ import annotations

from typing import Any

from windsock.languages.values import to_json
from windsock.services.stepfunctions.integrations.named_services import EVENTS, SNS, SQS
from windsock.services.stepfunctions.sdk_calls import scope_of
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration


@integration
class Publish(Integration):
    """Publishes a message to a topic."""

    resources = ("sns:publish",)

    async def request(self, work: Work) -> Any:
        topic = work.arguments.get("TopicArn") if isinstance(work.arguments, dict) else None
        answer = await SNS.call(work, "Publish", work.arguments, scope_of(topic, work.place))
        return SNS.with_metadata(work, answer)


@integration
class SendMessage(Integration):
    """Sends a message to a queue."""

    resources = ("sqs:sendMessage",)

    async def request(self, work: Work) -> Any:
        answer = await SQS.call(work, "SendMessage", work.arguments)
        return SQS.with_metadata(work, answer)


@integration
class PutEvents(Integration):
    """Puts events, each with the machine and the execution among its resources; fails when one is refused."""

    resources = ("events:putEvents",)

    async def request(self, work: Work) -> Any:
        given = work.arguments if isinstance(work.arguments, dict) else {}
        entries = given.get("Entries")
        if isinstance(entries, list):
            given = {**given, "Entries": [_from_execution(work, entry) for entry in entries]}
        answer = await EVENTS.call(work, "PutEvents", given)
        if answer["FailedEntryCount"]:
            raise WorkFailed("EventBridge.FailedEntry", to_json(answer))
        return answer


def _from_execution(work: Work, entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    resources = entry.get("Resources") or []
    return {**entry, "Resources": [*resources, work.machine_arn, work.execution_arn]}
