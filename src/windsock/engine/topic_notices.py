"""Messages of a service to a topic, each a task with `{"to": ARN, "message": parameters of Publish}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from windsock.engine.calls import Caller
from windsock.engine.retries import as_target_error, backoff_ms
from windsock.engine.tasks import Task, TaskKind
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)


class TopicNotice(TaskKind):
    """Sends one message as `service`; tries again what that can help, `most_attempts` times in all."""

    service: ClassVar[str]
    most_attempts: ClassVar[int]

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        arn = parse_arn(data["to"])
        if arn is None:
            raise AwsError(f"{data['to']} is not a topic", code="InvalidParameter")
        await engine.call(
            "sns",
            "Publish",
            data["message"],
            caller=Caller.service(self.service, task.scope.account),
            scope=arn.scope,
            cause=f"task:{task.id}",
            completes=task,
        )

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        refused = isinstance(error, AwsError) and not as_target_error(error).retryable
        return None if refused or task.attempts >= self.most_attempts else now_ms + backoff_ms(task)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        log.warning("a topic did not take a message", kind=task.kind, to=task.data()["to"], error=str(error))
