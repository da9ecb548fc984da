"""What an alarm does when its state changes: tell topics, invoke functions, act on instances, scale groups.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-actions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import AwsError
from windsock.services.cloudwatch import alarm_history, alarm_rows
from windsock.services.cloudwatch.alarm_messages import function_event, message, subject
from windsock.services.cloudwatch.errors import InvalidInput
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

KIND: Final = "cloudwatch.action"
SERVICE: Final = "cloudwatch.amazonaws.com"
# Functions are invoked by alarms, not by CloudWatch.
_INVOKER: Final = "lambda.alarms.cloudwatch.amazonaws.com"

# The parameter that names the actions of a state.
ACTIONS_OF: Final = {
    "OK": "OKActions",
    "ALARM": "AlarmActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}

_MOST_ATTEMPTS: Final = 4
_RETRY_MS: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Call:
    service: str
    operation: str
    params: dict[str, Any]


def _publish(arn: Arn, before: Row, after: Row) -> _Call:
    text = orjson.dumps(message(before, after)).decode()
    return _Call("sns", "Publish", {"TopicArn": str(arn), "Subject": subject(after), "Message": text})


def _invoke(arn: Arn, before: Row, after: Row) -> _Call:
    payload = orjson.dumps(function_event(before, after))
    return _Call("lambda", "AcceptEvent", {"FunctionName": str(arn), "Payload": payload})


def _scale(arn: Arn, before: Row, after: Row) -> _Call:
    return _Call("autoscaling", "ExecutePolicy", {"PolicyName": str(arn), "HonorCooldown": True})


_INSTANCE_CALLS: Final = {
    "stop": "StopInstances",
    "terminate": "TerminateInstances",
    "reboot": "RebootInstances",
}


def _on_instance(arn: Arn, before: Row, after: Row) -> _Call:
    dimensions = {each["Name"]: each["Value"] for each in alarm_rows.body_of(after).get("Dimensions") or ()}
    operation = _INSTANCE_CALLS[arn.resource.rpartition(":")[2]]
    return _Call("ec2", operation, {"InstanceIds": [dimensions.get("InstanceId", "")]})


_KINDS: Final[Mapping[str, Callable[[Arn, Row, Row], _Call]]] = {
    "sns": _publish,
    "lambda": _invoke,
    "autoscaling": _scale,
    "automate": _on_instance,
}
# `arn:aws:automate:REGION:ec2:stop` has no account and a resource of one word, so it is no ARN of five parts.
_AUTOMATE: Final = "arn:aws:automate:"


def action_arn(text: str) -> Arn:
    """The ARN of an action. Raises InvalidInput for what no alarm can do here."""
    if text.startswith(_AUTOMATE):
        region, _, resource = text.removeprefix(_AUTOMATE).partition(":")
        arn: Arn | None = Arn("aws", "automate", region, "", resource)
        known = resource.rpartition(":")[2] in _INSTANCE_CALLS
    else:
        arn = parse_arn(text)
        known = arn is not None and arn.service in _KINDS
    if arn is None or not known:
        raise InvalidInput(f"Invalid arn syntax or an action that windsock does not have: {text}")
    return arn


def act(engine: Engine, tx: Transaction, before: Row, after: Row) -> None:
    """Have the actions of the new state done, if they are enabled."""
    body = alarm_rows.body_of(after)
    if not body.get("ActionsEnabled", True):
        return
    scope = alarm_rows.scope_of(after)
    for text in body.get(ACTIONS_OF[after.state]) or ():
        call = _KINDS[action_arn(text).service](action_arn(text), before, after)
        payload = {
            "to": text,
            "alarm": after.name,
            "service": call.service,
            "operation": call.operation,
            "params": {
                name: value.decode() if isinstance(value, bytes) else value
                for name, value in call.params.items()
            },
        }
        engine.tasks.add(tx, scope, kind=KIND, lane=text, payload=orjson.dumps(payload))


@task_kind
class AlarmAction(TaskKind):
    """Does one action of one change of state; how it went is in the alarm's history."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        params = dict(data["params"])
        if "Payload" in params:
            params["Payload"] = params["Payload"].encode()
        arn = action_arn(data["to"])
        await engine.call(
            data["service"],
            data["operation"],
            params,
            caller=Caller.service(
                _INVOKER if data["service"] == "lambda" else SERVICE,
                task.scope.account,
                alarm_rows.alarm_arn(task.scope, data["alarm"]),
            ),
            scope=arn.scope if arn.account else task.scope,
            cause=f"task:{task.id}",
        )
        await engine.store.write(lambda tx: self._note(engine, tx, task))

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        permanent = isinstance(error, AwsError) and error.status < 500
        return None if permanent or task.attempts >= _MOST_ATTEMPTS else now_ms + _RETRY_MS

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        await engine.store.write(
            lambda tx: alarm_history.note_action(
                engine,
                tx,
                task.scope,
                task.data()["alarm"],
                task.data()["to"],
                str(error),
            )
        )

    def _note(self, engine: Engine, tx: Transaction, task: Task) -> None:
        data = task.data()
        alarm_history.note_action(engine, tx, task.scope, data["alarm"], data["to"])
        engine.tasks.complete(tx, task)
