"""Targets that are one call of an AWS API: what to call, and with which parameters."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import orjson

from windsock.engine.calls import Caller
from windsock.engine.delivery import SERVICE
from windsock.engine.operations import Result
from windsock.engine.targets import Delivery, TargetError, TargetKind
from windsock.engine.tasks import Task
from windsock.kernel.scope import Scope

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_INPUT_FORMS = ("Input", "InputPath", "InputTransformer")


class CallTarget(TargetKind):
    """A kind whose deliveries call one operation, `operation` (botocore's service, name), through the chain.

    The call is made as the target's role, in the account and region of its ARN (those of the rule where the
    ARN names none).
    """

    operation: ClassVar[tuple[str, str]]

    @abstractmethod
    def params(self, delivery: Delivery) -> dict[str, Any]:
        """The parameters of the call, as boto3 takes them. Raises TargetError."""

    def needs(self, target: Mapping[str, Any]) -> tuple[str, str] | None:
        return self.operation

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        service, operation = self.needs(delivery.target) or self.operation
        await call_for(engine, delivery, service, operation, self.params(delivery), completes=delivery.task)


async def call_for(
    engine: Engine,
    delivery: Delivery,
    service: str,
    operation: str,
    params: dict[str, Any],
    *,
    completes: Task | Mapping[str, Task] | None = None,
) -> Result:
    """Make a call for a delivery: as the target's role, where the target lives. Raises AwsError."""
    return await engine.call(
        service,
        operation,
        params,
        caller=_caller_of(delivery),
        scope=_scope_of(delivery),
        cause=f"task:{delivery.task.id}",
        completes=completes,
    )


def _caller_of(delivery: Delivery) -> Caller:
    """Who delivers: the target's role if it has one, else the events service itself."""
    role = delivery.target.get("RoleArn")
    if role:
        return Caller.role(role, delivery.scope.account, SERVICE, delivery.rule_arn)
    return Caller.service(SERVICE, delivery.scope.account, delivery.rule_arn)


def _scope_of(delivery: Delivery) -> Scope:
    """Where a target lives: ARNs of AWS's own documents name no account."""
    arn, rule = delivery.arn, delivery.scope
    return Scope(arn.account or rule.account, arn.region or rule.region)


def has_input(target: Mapping[str, Any]) -> bool:
    """Whether a target says what it is to receive; else that is the event itself."""
    return any(form in target for form in _INPUT_FORMS)


def input_object(delivery: Delivery) -> dict[str, Any]:
    """The target's own input as an object; empty when it has none, as some kinds do not take the event.

    Raises TargetError when the input is something else.
    """
    if not has_input(delivery.target):
        return {}
    value = input_value(delivery)
    if not isinstance(value, dict):
        raise TargetError("INVALID_JSON", "The input of the target is not a JSON object.", retryable=False)
    return value


def input_value(delivery: Delivery) -> Any:
    """What the target is to receive, parsed. Raises TargetError when that is no JSON."""
    try:
        return orjson.loads(delivery.body)
    except orjson.JSONDecodeError as error:
        raise TargetError("INVALID_JSON", "The input of the target is not JSON.", retryable=False) from error


def lower_camel(value: Any) -> Any:
    """A structure of EventBridge's (`SubnetIds`) as an API in lower camel case has it (`subnetIds`)."""
    if isinstance(value, list):
        return [lower_camel(each) for each in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lower_camel(each) for name, each in value.items()}
    return value
