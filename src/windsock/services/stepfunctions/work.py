"""The work of tasks: what an integration is given, what it gives back, and how one is found.

An integration is a class below `integrations/`, marked with `@integration`; its `resources` say which
Resources it does: `sqs:sendMessage`, `aws-sdk` for all those of the AWS SDK, `function` for the ARNs of
functions. Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from windsock.engine.calls import Caller
from windsock.engine.tasks import Task
from windsock.kernel.discovery import mark, marked
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.languages.asl.resources import Resource
from windsock.services.stepfunctions.acting import acting, acting_in
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_PACKAGE: Final = "windsock.services.stepfunctions.integrations"
_FUNCTION: Final = "function"
_SDK: Final = "aws-sdk"

CALLBACK: Final = "waitForTaskToken"
SYNC: Final = "sync"
SYNC_2: Final = "sync:2"
JOBS: Final = (SYNC, SYNC_2)
"""How a Task waits for the end of a job."""


@dataclass(frozen=True, slots=True)
class Work:
    """One task to do.

    `frame` and `seq` say what of the execution waits for it; `execution` is its id, empty for one that runs
    in memory. Calls are made for `cause` as the machine's `role`, or as `other_role`, which that one takes:
    the state's Credentials name it.
    """

    engine: Engine
    scope: Scope
    resource: Resource
    arguments: Any
    role: str
    cause: str
    execution_arn: str
    machine_arn: str
    frame: int
    seq: int
    other_role: str = ""
    execution: str = ""

    @classmethod
    def of_task(cls, engine: Engine, task: Task, asked: Mapping[str, Any]) -> Work:
        """The work that an engine task's payload tells of."""
        return cls(
            engine=engine,
            scope=task.scope,
            resource=Resource.parse(asked["to"]),
            arguments=asked["arguments"],
            role=asked["role"],
            cause=f"task:{task.id}",
            execution_arn=asked["execution_arn"],
            machine_arn=asked["machine_arn"],
            frame=asked["frame"],
            seq=asked["seq"],
            other_role=asked["other_role"],
            execution=asked["execution"],
        )

    @property
    def caller(self) -> Caller:
        """Who does it: the machine's role, or the one that the state's Credentials name."""
        return acting(self.scope, self.role, self.machine_arn, self.other_role)

    @property
    def place(self) -> Scope:
        """Where it is done: in the account of the role that does it."""
        return acting_in(self.scope, self.other_role)

    @property
    def name(self) -> str:
        """A name for what the work makes: the same each time it is tried, so that nothing is made twice."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.execution_arn}:{self.frame}:{self.seq}"))


class WorkFailed(Exception):
    """A task that failed, with the error name and the cause that AWS gives.

    `start_failed` says that it could not even be begun.
    """

    def __init__(self, error: str, cause: str, *, start_failed: bool = False) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause
        self.start_failed = start_failed


class Integration(ABC):
    """One way of doing tasks. One instance for each of its resources, shared by all tasks."""

    resources: ClassVar[tuple[str, ...]]

    def __init__(self, resource: str) -> None:
        self.resource = resource

    @abstractmethod
    async def request(self, work: Work) -> Any:
        """Call the service. The answer is the result of the task, or what the history shows of a task whose
        result comes later. Raises WorkFailed."""

    def follow(self, tx: Transaction, work: Work, answer: Any) -> bool:
        """Have the end of the job told, in the transaction that accepts the answer.

        False when that cannot be: then `look` is asked from time to time.
        """
        return False

    async def look(self, work: Work, answer: Any) -> Any | None:
        """The result of the job that `answer` tells of; None while it goes on. Raises WorkFailed."""
        raise NotImplementedError

    async def stop(self, work: Work, answer: Any) -> None:  # noqa: B027
        """End a job that nobody waits for any more, if that can be."""


@dataclass(frozen=True, slots=True)
class _Marker:
    pass


def integration(kind: type[Integration]) -> type[Integration]:
    """Register an integration."""
    mark(kind, _Marker())
    return kind


class Integrations:
    """All integrations by resource."""

    def __init__(self, _engine: Engine) -> None:
        self._by_resource: Mapping[str, Integration] = {
            resource: kind(resource) for _, kind in marked(_PACKAGE, _Marker) for resource in kind.resources
        }

    def require(self, work: Work) -> Integration:
        """The integration that does a task. Raises WorkFailed when there is none."""
        found = self._by_resource.get(_key(work))
        if found is None:
            raise WorkFailed("States.Runtime", f"windsock does not implement {work.resource.arn} yet.")
        return found

    async def request(self, work: Work) -> Any:
        """What calling the service for a task gives. Raises WorkFailed."""
        with _failing():
            return await self.require(work).request(work)

    async def look(self, work: Work, answer: Any) -> Any | None:
        """The result of a job, or None while it goes on. Raises WorkFailed."""
        with _failing():
            return await self.require(work).look(work, answer)

    async def stop(self, work: Work, answer: Any) -> None:
        """End a job. Raises WorkFailed."""
        with _failing():
            await self.require(work).stop(work, answer)


@contextmanager
def _failing() -> Iterator[None]:
    """What a call answers fails the task, also where the integration has no words of its own for it."""
    try:
        yield
    except AwsError as error:
        raise WorkFailed("States.TaskFailed", str(error)) from error


def _key(work: Work) -> str:
    if not work.resource.type:
        return _FUNCTION
    if work.resource.type.startswith(f"{_SDK}:"):
        return _SDK
    return f"{work.resource.type}:{work.resource.operation}"
