"""Notices: what a simulated service sends to a topic, a queue or a function because something happened.

A notice is accepted with the change it tells of, and sent after it, in the service's name: who receives it
decides by its policy. One that its receiver refuses is dropped, as AWS does; one that fails is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.retries import as_target_error, backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.kernel.scope import Scope
from windsock.simulation.backend.limits import NOTICE_ATTEMPTS
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

KIND: Final = "simulation.notice"


@dataclass(frozen=True, slots=True)
class Notice:
    """`text` on its way `to` an ARN, from a `service` such as `s3`; `about` is the ARN of the resource it
    tells of, `subject` what a topic's subscribers read first, `role` the ARN of the role that it is
    sent by, if any.
    """

    service: str
    to: str
    text: str
    about: str = ""
    subject: str = ""
    role: str = ""


def _publish(arn: Arn, notice: Notice) -> tuple[str, str, dict[str, Any]]:
    subject = {"Subject": notice.subject} if notice.subject else {}
    return "sns", "Publish", {"TopicArn": str(arn), "Message": notice.text, **subject}


def _send(arn: Arn, notice: Notice) -> tuple[str, str, dict[str, Any]]:
    queue = f"/{arn.account}/{arn.resource}"
    return "sqs", "SendMessage", {"QueueUrl": queue, "MessageBody": notice.text}


def _invoke(arn: Arn, notice: Notice) -> tuple[str, str, dict[str, Any]]:
    return "lambda", "AcceptEvent", {"FunctionName": str(arn), "Payload": notice.text.encode()}


_CALLS: Final[Mapping[str, Callable[[Arn, Notice], tuple[str, str, dict[str, Any]]]]] = {
    "sns": _publish,
    "sqs": _send,
    "lambda": _invoke,
}


def notify(engine: Engine, tx: Transaction, scope: Scope, notice: Notice, cause: str = "") -> None:
    """Have a notice sent after this transaction."""
    payload = orjson.dumps(asdict(notice))
    engine.tasks.add(tx, scope, kind=KIND, lane=notice.to, payload=payload, cause=cause)


async def send(
    engine: Engine, scope: Scope, notice: Notice, cause: str = "", completes: Task | None = None
) -> None:
    """Send a notice now, for the account of `scope`. Raises AwsError when it is not taken."""
    arn = parse_arn(notice.to)
    if arn is None or arn.service not in _CALLS:
        raise AwsError(f"Nothing can be sent to {notice.to}", code="InvalidArn")
    service, operation, params = _CALLS[arn.service](arn, notice)
    await engine.call(
        service,
        operation,
        params,
        caller=_sender(notice, scope.account),
        scope=arn.scope,
        cause=cause,
        completes=completes,
    )


def _sender(notice: Notice, account: str) -> Caller:
    service = f"{notice.service}.amazonaws.com"
    if notice.role:
        return Caller.role(notice.role, account, service, notice.about)
    return Caller.service(service, account, notice.about)


@task_kind
class Sending(TaskKind):
    """Sends one notice."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        await send(engine, task.scope, Notice(**task.data()), cause=f"task:{task.id}", completes=task)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        refused = isinstance(error, AwsError) and not as_target_error(error).retryable
        return None if refused or task.attempts >= NOTICE_ATTEMPTS else now_ms + backoff_ms(task)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        log.warning("a notice was not taken", to=task.data()["to"], error=str(error))
