"""The call chain: one way in for everybody, readable on one screen.

route -> authorise -> validate -> answer -> record

HTTP requests, targets of rules, tasks and tools inside windsock all take it. Who calls is authenticated by
the gateway, or said by whoever calls from inside; whether they may is decided here (`authorization`).
Recording counts a call and tells the recorders (`call_recording`) of it: the API trail.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from windsock.engine.calls import Call
from windsock.engine.operations import Command, Context, Operation, Query, Result
from windsock.engine.validation import validate
from windsock.kernel.errors import AwsError, InternalFailure, NotImplementedOperation, UnknownOperation
from windsock.kernel.log import Log
from windsock.kernel.models import operation_model

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)


class Chain:
    """Answers calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def dispatch(self, call: Call) -> Result:
        """Answer a call. Raises AwsError; anything else is a defect and becomes InternalFailure."""
        started = self._engine.clock.elapsed()
        code = ""
        self._engine.activity.begin()
        try:
            operation = self._route(call)
            await self._engine.authorization.check(call)
            _validate(call)
            result = await self._answer(operation, call)
            if operation.kind != "command":
                self._record(call, result)
            return result
        except AwsError as error:
            code = error.code
            self._record(call, None, error)
            raise
        except Exception as error:
            code = InternalFailure.code
            log.exception(
                "a call failed inside windsock",
                service=call.service,
                operation=call.operation,
                request_id=call.request_id,
            )
            raise InternalFailure(f"{type(error).__name__}: {error}") from error
        finally:
            self._engine.activity.end()
            self._engine.telemetry.call_answered(
                call.service, call.operation, code, self._engine.clock.elapsed() - started
            )

    async def look(self, call: Call) -> Result:
        """The answer to a call that windsock makes to decide on another: not decided on, nor recorded.

        It must only read. Raises AwsError.
        """
        return await self._answer(self._route(call), dataclasses.replace(call, completes=None))

    def may_wait(self, call: Call) -> bool:
        """Whether the call may take so long that its caller could be gone meanwhile: a long poll."""
        operation = self._engine.routes.operation(call.service, call.operation)
        return operation is not None and operation.kind == "waiting"

    def _route(self, call: Call) -> Operation:
        operation = self._engine.routes.operation(call.service, call.operation)
        if operation is None:
            raise NotImplementedOperation(call.service, call.operation)
        return operation

    async def _answer(self, operation: Operation, call: Call) -> Result:
        engine = self._engine
        if operation.kind == "query":
            return engine.store.read(lambda tx: _run(operation, Query(engine, call, tx), call))
        if operation.kind == "waiting":
            result: Result = await operation.function(Context(engine, call), call.params)
            return result
        return await engine.store.write(lambda tx: self._command(operation, Command(engine, call, tx)))

    def _command(self, operation: Operation, ctx: Command) -> Result:
        result = _run(operation, ctx, ctx.call)
        completed = ctx.call.completed(result)
        if completed:
            self._engine.tasks.complete_many(ctx.tx, completed)
        self._record(ctx.call, result)
        return result

    def _record(self, call: Call, result: Result, error: AwsError | None = None) -> None:
        for recorder in self._engine.call_recorders:
            recorder.record(call, result, error)


def _validate(call: Call) -> None:
    try:
        model = operation_model(call.service, call.operation)
    except UnknownOperation:
        return  # one that only windsock itself can ask for: no model, and no way in from outside
    validate(model, call.params)


def _run(operation: Operation, ctx: Context, call: Call) -> Result:
    result: Result = operation.function(ctx, call.params)
    return result
