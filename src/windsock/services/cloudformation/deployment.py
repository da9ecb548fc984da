"""An operation on a stack, from its beginning to its end: a task that goes through phases.

CREATE and UPDATE *deploy* (resources are made and changed), then *clean up* (what is not needed any more
is removed); one that fails is *rolled back* (what was made is removed) or *restored* (what was changed is
changed back). DELETE removes everything. What a phase has done is in the rows, so one that was interrupted
goes on. A DELETE may begin while a CREATE is under way: that one is told to stop, and leaves the rest alone.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

import orjson

from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.errors import AwsError
from windsock.languages.stacks import (
    Evaluation,
    Resource,
    Template,
    TemplateError,
    dependencies,
    template_of,
)
from windsock.services.cloudformation.asking import surroundings_of
from windsock.services.cloudformation.callers import caller_of
from windsock.services.cloudformation.coercing import coerced
from windsock.services.cloudformation.evaluating import Surroundings, declared_of, evaluation_of
from windsock.services.cloudformation.exports import check_exports, forget_exports, put_exports, put_imports
from windsock.services.cloudformation.outputs import outputs_of
from windsock.services.cloudformation.pruning import prune_later
from windsock.services.cloudformation.resource_rows import leftovers_of, resources_of
from windsock.services.cloudformation.resource_work import ResourceWork, StepFailed
from windsock.services.cloudformation.running import Running
from windsock.services.cloudformation.stack import Operation, Stack, put_stack, stack_by_id
from windsock.services.cloudformation.stack_events import stack_event
from windsock.services.cloudformation.stack_policy import refusal
from windsock.services.cloudformation.walking import reverse, walk
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "cloudformation.deployment"
_ATTEMPTS: Final = 5
_BY_USER: Final = "User Initiated"
_DONE: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_GONE: Final = ("DELETE_COMPLETE", "DELETE_SKIPPED")
# What a stack comes to when a defect of windsock's keeps a phase from being done.
_GIVEN_UP: Final = {
    ("CREATE", "deploy"): "CREATE_FAILED",
    ("CREATE", "roll back"): "ROLLBACK_FAILED",
    ("UPDATE", "deploy"): "UPDATE_ROLLBACK_FAILED",
    ("UPDATE", "restore"): "UPDATE_ROLLBACK_FAILED",
}


class _Superseded(Exception):
    """Another operation on the stack has begun."""


def begin(engine: Engine, tx: Transaction, stack: Stack, operation: Operation, status: str) -> None:
    """A stack comes into a status, and its operation is done after this transaction."""
    stack.operation = operation
    stack_event(engine, tx, stack, status, _BY_USER)
    put_stack(tx, stack)
    payload = orjson.dumps({"to": stack.name, "stack": stack.id, "operation": operation.id})
    engine.tasks.add(
        tx,
        stack.scope,
        kind=KIND,
        lane=f"{KIND}:{stack.arn}",
        ordered=True,  # a deletion waits for the creation that it cuts short
        payload=payload,
        cause=operation.cause,
    )


@task_kind
class DeploymentTask(TaskKind):
    """Does one operation."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        stack = engine.store.read(lambda tx: stack_by_id(tx, task.scope, data["stack"]))
        if stack is not None and stack.operation is not None and stack.operation.id == data["operation"]:
            await Deployment(engine, stack, stack.operation).run()

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        """Only a defect comes here: what a resource fails with is part of the operation."""
        return None if task.attempts >= _ATTEMPTS else now_ms + backoff_ms(task)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        """The stack fails, so that it can be deleted: nothing can be done with one that is in progress."""
        data = task.data()

        def write(tx: Transaction) -> None:
            stack = stack_by_id(tx, task.scope, data["stack"])
            if stack is None or stack.operation is None or stack.operation.id != data["operation"]:
                return
            operation = stack.operation
            status = _GIVEN_UP.get((operation.kind, operation.phase), f"{operation.kind}_COMPLETE")
            if operation.phase == "delete":
                status = "DELETE_FAILED"
            if status == "UPDATE_ROLLBACK_FAILED":
                stack.failed = operation.id
            stack_event(engine, tx, stack, status, f"Internal Failure: {type(error).__name__}: {error}")
            stack.operation = None
            put_stack(tx, stack)

        await engine.store.write(write)


class Deployment:
    """One operation under way."""

    def __init__(self, engine: Engine, stack: Stack, operation: Operation) -> None:
        self._engine = engine
        self._stack = stack
        self._operation = operation
        self._rows = engine.store.read(lambda tx: resources_of(tx, stack))
        self._stop = asyncio.Event()
        self._work = ResourceWork(engine, stack, operation, self._rows, self._stop)

    async def run(self) -> None:
        """Go through the phases until the operation is over."""
        phases: dict[str, Callable[[], Awaitable[None]]] = {
            "deploy": self._deploy,
            "clean up": self._clean_up,
            "roll back": self._roll_back,
            "restore": self._restore,
            "delete": self._delete,
        }
        running = self._engine.part(Running)
        under_way = running.under_way(self._stack.scope, self._stack.id, self._cancel)
        with under_way, contextlib.suppress(_Superseded):
            while self._stack.operation is not None:
                self._stop.clear()
                await phases[self._operation.phase]()

    def _cancel(self) -> None:
        if self._operation.kind == "DELETE":
            return  # it is what cuts the operation before it short, and may be under way by then
        self._operation.cancelled = True
        self._stop.set()

    async def _deploy(self) -> None:
        try:
            evaluation = await self._evaluation()
            wanted = {each.logical_id: each for each in evaluation.resources()}
            template = evaluation.template
            needed = {name: dependencies(template, each) for name, each in wanted.items()}
            self._check_removals(wanted)
            if self._operation.cancelled:
                self._stop.set()
            async with self._within_time():
                failed = await walk(
                    needed,
                    lambda name: self._make(evaluation, wanted[name]),
                    StepFailed,
                    self._stop,
                    self._engine.activity,
                )
        except (TemplateError, AwsError) as error:
            await self._failed(str(error) if isinstance(error, TemplateError) else error.message)
            return
        if self._operation.cancelled:
            await self._failed("User Initiated")
            return
        if self._is_late():
            await self._failed("Stack creation time exceeded the specified timeout. ")
            return
        if failed:
            verb = "create" if self._operation.kind == "CREATE" else "update"
            await self._failed(f"The following resource(s) failed to {verb}: [{', '.join(sorted(failed))}]. ")
            return
        await self._deployed(evaluation)

    @contextlib.asynccontextmanager
    async def _within_time(self) -> AsyncIterator[None]:
        """Have nothing more begun once the time that a stack may take to be created is over."""
        minutes = self._stack.settings.timeout_minutes
        if minutes is None or self._operation.kind != "CREATE":
            yield
            return
        until = self._stack.created_ms + minutes * 60_000

        async def wait() -> None:
            if not await self._engine.clock.wait(self._stop, until):
                self._stop.set()

        waiting = asyncio.create_task(wait(), name="the time of a stack")
        try:
            yield
        finally:
            waiting.cancel()

    def _is_late(self) -> bool:
        minutes = self._stack.settings.timeout_minutes
        if minutes is None or self._operation.kind != "CREATE":
            return False
        return (
            self._stop.is_set() and self._engine.clock.now_ms() >= self._stack.created_ms + minutes * 60_000
        )

    def _check_removals(self, wanted: Mapping[str, Resource]) -> None:
        """Raises TemplateError when the policy of the stack keeps a resource that the template leaves out."""
        for name in self._there():
            refused = refusal(self._stack.policy, "Update:Delete", name, self._rows[name].type)
            if name not in wanted and refused is not None:
                raise TemplateError(refused)

    async def _make(self, evaluation: Evaluation, resource: Resource) -> None:
        """Make a resource as the template wants it now, unless that was done."""
        name, kind = resource.logical_id, resource.type
        properties = coerced(kind, evaluation.properties(resource))
        row = self._rows.get(name)
        is_touched = row is not None and row.operation == self._operation.id
        if row is not None and is_touched and row.status in _DONE and row.properties == properties:
            return
        declared = declared_of(evaluation, resource)
        if row is None or not row.is_there or row.status in ("CREATE_IN_PROGRESS", "CREATE_FAILED"):
            await self._work.create(name, kind, properties, declared)
        elif row.properties != properties or is_touched or row.status == "UPDATE_FAILED":
            await self._work.update(name, kind, properties, declared)
        else:
            await self._work.keep(name, declared)

    async def _deployed(self, evaluation: Evaluation) -> None:
        def write(tx: Transaction) -> None:
            outputs, exported = outputs_of(evaluation)
            check_exports(tx, self._stack, exported, evaluation.imported)
            self._stack.outputs = outputs
            put_exports(tx, self._stack, exported)
            put_imports(tx, self._stack, evaluation.imported)
            if self._operation.kind == "CREATE":
                self._end(tx, "CREATE_COMPLETE")
            else:
                self._go_on(tx, "clean up", f"{self._operation.kind}_COMPLETE_CLEANUP_IN_PROGRESS")

        try:
            await self._engine.store.write(write)
        except TemplateError as error:
            await self._failed(str(error))

    async def _failed(self, reason: str) -> None:
        """What is to follow when not everything could be made."""
        on_failure = self._stack.settings.on_failure
        updating = self._operation.kind != "CREATE"

        def write(tx: Transaction) -> None:
            if on_failure == "DO_NOTHING" and not self._operation.cancelled:
                self._stack.failed = self._operation.id if updating else None
                self._end(tx, "UPDATE_FAILED" if updating else "CREATE_FAILED", reason)
            elif updating:
                self._go_on(tx, "restore", "UPDATE_ROLLBACK_IN_PROGRESS", reason)
            elif on_failure == "DELETE":
                self._go_on(tx, "delete", "DELETE_IN_PROGRESS", f"{reason}Delete requested by user.")
            else:
                self._go_on(tx, "roll back", "ROLLBACK_IN_PROGRESS", f"{reason}Rollback requested by user.")

        await self._engine.store.write(write)

    async def _clean_up(self) -> None:
        """Remove what the update replaced, and what its template no longer has. What fails stays behind."""
        await self._remove_leftovers()
        # Conditions, which say what is kept, ask nothing of the outside.
        evaluation = evaluation_of(self._stack, self._stack.settings, self._rows, Surroundings())
        kept = {each.logical_id for each in evaluation.resources()}
        await self._remove([name for name in self._rows if name not in kept])
        await self._remove_leftovers()  # those that what the template no longer has was in the way of
        await self._engine.store.write(lambda tx: self._end(tx, f"{self._operation.kind}_COMPLETE"))

    async def _remove_leftovers(self) -> None:
        for leftover in self._engine.store.read(lambda tx: leftovers_of(tx, self._stack)):
            await self._tolerated(self._work.remove(leftover))

    async def _roll_back(self) -> None:
        """Remove what the creation made."""
        failed = await self._remove(self._there())
        status = "ROLLBACK_FAILED" if failed else "ROLLBACK_COMPLETE"
        reason = f"The following resource(s) failed to delete: [{', '.join(failed)}]. " if failed else None
        await self._engine.store.write(lambda tx: self._end(tx, status, reason))

    async def _restore(self) -> None:
        """Change back what the update changed."""
        failed = []
        for name, row in list(self._rows.items()):
            if row.operation == self._operation.id:
                try:
                    await self._work.restore(name)
                except StepFailed:
                    failed.append(name)

        def write(tx: Transaction) -> None:
            if failed:
                self._stack.failed = self._operation.id
                reason = f"The following resource(s) failed to update: [{', '.join(failed)}]. "
                self._end(tx, "UPDATE_ROLLBACK_FAILED", reason)
                return
            if self._stack.before is not None:
                # What was tried is kept for the order in which what it made is removed.
                self._stack.settings, self._stack.before = self._stack.before, self._stack.settings
            self._operation.kind = "UPDATE_ROLLBACK"
            self._go_on(tx, "clean up", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")

        await self._engine.store.write(write)

    async def _delete(self) -> None:
        failed = await self._remove(self._there())
        if failed:
            reason = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            await self._engine.store.write(lambda tx: self._end(tx, "DELETE_FAILED", reason))
            return

        def write(tx: Transaction) -> None:
            self._stack.live, self._stack.deleted_ms = False, self._engine.clock.now_ms()
            forget_exports(tx, self._stack)
            self._end(tx, "DELETE_COMPLETE")
            prune_later(self._engine, tx, self._stack)

        await self._engine.store.write(write)

    def _there(self) -> list[str]:
        """The resources that are there, or may be: making one was begun."""
        return [
            name
            for name, row in self._rows.items()
            if (row.is_there or row.status == "CREATE_IN_PROGRESS") and row.status not in _GONE
        ]

    async def _remove(self, names: Iterable[str]) -> list[str]:
        """Remove resources, each after those that need it; the names of those that could not be."""
        template = template_of(self._stack.settings.body)
        before = self._stack.before
        older = template if before is None else template_of(before.body)
        needed = {name: _needed(name, template, older) for name in names}
        stop, activity = asyncio.Event(), self._engine.activity
        return sorted(await walk(reverse(needed), self._work.delete, StepFailed, stop, activity))

    async def _evaluation(self) -> Evaluation:
        stack, operation = self._stack, self._operation
        caller = caller_of(stack, operation.caller)
        surroundings = await surroundings_of(self._engine, stack, stack.settings, caller, operation.cause)
        return evaluation_of(stack, stack.settings, self._rows, surroundings)

    async def _tolerated(self, step: Awaitable[None]) -> None:
        try:
            await step
        except StepFailed:
            return  # its event says why; the stack is complete all the same

    def _take_over(self, tx: Transaction) -> None:
        """Take what others may have set on the stack meanwhile. Raises _Superseded."""
        now = stack_by_id(tx, self._stack.scope, self._stack.id)
        if now is None or now.operation is None or now.operation.id != self._operation.id:
            raise _Superseded
        self._stack.protected, self._stack.policy = now.protected, now.policy

    def _go_on(self, tx: Transaction, phase: str, status: str, reason: str | None = None) -> None:
        self._take_over(tx)
        self._operation.phase = phase
        stack_event(self._engine, tx, self._stack, status, reason)
        put_stack(tx, self._stack)

    def _end(self, tx: Transaction, status: str, reason: str | None = None) -> None:
        self._take_over(tx)
        stack_event(self._engine, tx, self._stack, status, reason)
        self._stack.operation = None
        put_stack(tx, self._stack)


def _needed(name: str, *templates: Template) -> set[str]:
    """What a resource needs, by the first template that has it."""
    for template in templates:
        if name in template.resources:
            return dependencies(template, template.resources[name])
    return set()
