"""What became of asynchronous invocations, told to destinations and dead-letter queues.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.services.lambda_.execution_role import as_function
from windsock.services.lambda_.limits import (
    DEAD_LETTER_ERROR_BYTES,
    DESTINATION_ATTEMPTS,
    THROTTLE_PAUSE_FIRST,
    THROTTLE_PAUSE_LONGEST,
)
from windsock.services.lambda_.names import LATEST, FunctionName
from windsock.services.lambda_.runs import NAMESPACE, Run
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

KIND: Final = "lambda.record"


@dataclass(frozen=True, slots=True)
class Record:
    """The end of one event: `condition` is AWS's word for it, `run` the last run if there was one."""

    function: FunctionName
    request_id: str
    event: str
    condition: str
    invocations: int
    run: Run | None

    def document(self, now_ms: int) -> bytes:
        """The invocation record as destinations receive it."""
        moment = to_datetime(now_ms)
        document: dict[str, Any] = {
            "version": "1.0",
            "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.{now_ms % 1000:03d}Z",
            "requestContext": {
                "requestId": self.request_id,
                "functionArn": self.function.with_qualifier(self.function.qualifier or LATEST),
                "condition": self.condition,
                "approximateInvokeCount": self.invocations,
            },
            "requestPayload": orjson.Fragment(self.event),
        }
        if self.run is not None:
            context: dict[str, Any] = {"statusCode": 200, "executedVersion": self.run.version}
            if self.run.outcome.error:
                context["functionError"] = self.run.outcome.error
            document["responseContext"] = context
            document["responsePayload"] = orjson.Fragment(self.run.outcome.payload or b"null")
        return orjson.dumps(document)

    def error_message(self) -> str:
        """What a dead-letter queue is told: the error, cut to what it takes."""
        if self.run is None:
            return f"The function was not run: {self.condition}."
        answered = orjson.loads(self.run.outcome.payload or b"null")
        message = answered.get("errorMessage") if isinstance(answered, dict) else None
        text = str(message if message is not None else answered)
        return text.encode()[:DEAD_LETTER_ERROR_BYTES].decode(errors="ignore")


def send_record(engine: Engine, tx: Transaction, task: Task, destination: str, record: Record) -> None:
    """Have a record delivered to a destination after the commit."""
    body = record.document(engine.clock.now_ms()).decode()
    _send(engine, tx, task, destination, record, body, {})


def send_dead_letter(engine: Engine, tx: Transaction, task: Task, target: str, record: Record) -> None:
    """Have the event itself delivered to a dead-letter queue or topic."""
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": record.request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": "200"},
        "ErrorMessage": {"DataType": "String", "StringValue": record.error_message() or "-"},
    }
    _send(engine, tx, task, target, record, record.event, attributes)


def _send(
    engine: Engine,
    tx: Transaction,
    task: Task,
    destination: str,
    record: Record,
    body: str,
    attributes: dict[str, dict[str, str]],
) -> None:
    payload = {
        "function": record.function.name,
        "arn": record.function.with_qualifier(record.function.qualifier or LATEST),
        "to": destination,
        "body": body,
        "request_id": record.request_id,
        "condition": record.condition,
        "attributes": attributes,
    }
    engine.tasks.add(
        tx,
        task.scope,
        kind=KIND,
        lane=f"lambda-record:{destination}",
        payload=orjson.dumps(payload),
        cause=f"task:{task.id}",
    )


@task_kind
class RecordDelivery(TaskKind):
    """One record to one destination."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        arn = parse_arn(data["to"])
        call = _CALLS.get(arn.service) if arn is not None else None
        if arn is None or call is None:
            raise AwsError(f"Nothing can be delivered to {data['to']}.", code="InvalidParameterValue")
        service, operation, params = call(arn, data)
        await engine.call(
            service,
            operation,
            params,
            caller=as_function(engine, FunctionName(task.scope, data["function"])),
            scope=arn.scope,
            cause=f"task:{task.id}",
            completes=task,
        )

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if task.attempts >= DESTINATION_ATTEMPTS:
            return None
        pause: int = THROTTLE_PAUSE_FIRST * 2 ** (task.attempts - 1)
        return now_ms + min(pause, THROTTLE_PAUSE_LONGEST) * 1000

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        data = task.data()
        metric = "DeadLetterErrors" if data["attributes"] else "DestinationDeliveryFailures"
        engine.metrics.count(task.scope, NAMESPACE, metric, {"FunctionName": data["function"]})
        log.warning("a record was dropped", destination=data["to"], error=str(error))


_Call = tuple[str, str, dict[str, Any]]


def _to_queue(arn: Arn, data: dict[str, Any]) -> _Call:
    params: dict[str, Any] = {"QueueUrl": f"/{arn.account}/{arn.resource}", "MessageBody": data["body"]}
    if data["attributes"]:
        params["MessageAttributes"] = data["attributes"]
    if arn.resource.endswith(".fifo"):
        params |= {"MessageGroupId": data["function"], "MessageDeduplicationId": data["request_id"]}
    return "sqs", "SendMessage", params


def _to_topic(arn: Arn, data: dict[str, Any]) -> _Call:
    params: dict[str, Any] = {"TopicArn": str(arn), "Message": data["body"]}
    if data["attributes"]:
        params["MessageAttributes"] = data["attributes"]
    if arn.resource.endswith(".fifo"):
        params |= {"MessageGroupId": data["function"], "MessageDeduplicationId": data["request_id"]}
    return "sns", "Publish", params


def _to_function(arn: Arn, data: dict[str, Any]) -> _Call:
    params = {"FunctionName": str(arn), "Payload": data["body"].encode()}
    return "lambda", "AcceptEvent", params


def _to_bus(arn: Arn, data: dict[str, Any]) -> _Call:
    outcome = "Success" if data["condition"] == "Success" else "Failure"
    entry = {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {outcome}",
        "Resources": [data["arn"], str(arn)],
        "EventBusName": str(arn),
        "Detail": data["body"],
    }
    return "events", "PutEvents", {"Entries": [entry]}


_CALLS: Final[dict[str, Callable[[Arn, dict[str, Any]], _Call]]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "events": _to_bus,
}
