"""One step of a deployment: a resource made, changed, replaced or removed, with what is written of it.

Each step is written down before it begins and when it is over. Killed in between, it is repeated with the
same token, and the type of resource passes over what is there already.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.services.cloudformation.callers import caller_of
from windsock.services.cloudformation.dynamic_references import resolved
from windsock.services.cloudformation.handler_codes import handler_code
from windsock.services.cloudformation.known_types import resource_type_of
from windsock.services.cloudformation.resource_rows import (
    Before,
    Leftover,
    ResourceRow,
    forget_leftover,
    forget_resource,
    leave,
    leftovers_of,
    put_resource,
)
from windsock.services.cloudformation.resource_signals import forget_signals, signalled
from windsock.services.cloudformation.resource_type import (
    Failed,
    Made,
    Refused,
)
from windsock.services.cloudformation.schemas import schema
from windsock.services.cloudformation.stack import Operation, Stack
from windsock.services.cloudformation.stack_events import resource_event
from windsock.services.cloudformation.stack_policy import refusal
from windsock.services.cloudformation.validating import check_properties
from windsock.services.cloudformation.work import Work
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

_KEEPING: Final = ("Retain", "RetainExceptOnCreate")


class StepFailed(Exception):
    """A step that failed; it is written down. The message is the reason."""


class ResourceWork:
    """The steps of one operation on a stack. Rows are kept in `rows`, as they are on disk."""

    def __init__(
        self,
        engine: Engine,
        stack: Stack,
        operation: Operation,
        rows: dict[str, ResourceRow],
        stop: asyncio.Event,
    ) -> None:
        self._stop = stop
        self._engine = engine
        self._stack = stack
        self._operation = operation
        self._rows = rows

    async def create(
        self, logical_id: str, kind: str, properties: Mapping[str, Any], declared: Mapping[str, Any]
    ) -> None:
        """Make a resource that is not there. Raises StepFailed."""
        row = self._rows.get(logical_id)
        resumed = row is not None and self._is_under_way(row, "CREATE_IN_PROGRESS")
        if row is None or not resumed:
            left = None if row is None else row.as_before()
            if row is not None and left is not None:  # made in part by an operation that was left as it was
                await self._attempt_delete(row, left)
            row = self._new(logical_id, kind, "CREATE_IN_PROGRESS", properties, declared)
            await self._begin_making(row)
        made = await self._attempt(
            row, "CREATE_FAILED", lambda type_, work, final: type_.create(work, final), resumed
        )
        if "CreationPolicy" in declared:
            await self._wait_for_signals(row, made)
        await self._made(row, made, "CREATE")

    async def _begin_making(self, row: ResourceRow) -> None:
        def write(tx: Transaction) -> None:
            forget_signals(tx, self._stack, row.logical_id)  # those of one that was there before
            self._put(tx, row, "CREATE_IN_PROGRESS")

        await self._engine.store.write(write)

    async def _wait_for_signals(self, row: ResourceRow, made: Made) -> None:
        row.physical_id, row.attributes = made.physical_id, made.attributes
        await self._engine.store.write(lambda tx: put_resource(tx, self._stack, row))
        try:
            await signalled(self._engine, self._stack, self._work(row, False), row.declared)
        except (Failed, TimeoutError) as error:
            raise await self._fail(row, "CREATE_FAILED", str(error)) from error

    async def update(
        self, logical_id: str, kind: str, properties: Mapping[str, Any], declared: Mapping[str, Any]
    ) -> None:
        """Change a resource, in place or by another one. Raises StepFailed."""
        row = self._rows[logical_id]
        resumed = self._is_under_way(row, "UPDATE_IN_PROGRESS")
        was = _as_it_was(row, resumed)
        if not resumed:
            row.before = row.as_before() if row.operation != self._operation.id else row.before
            row.operation, row.token = self._operation.id, secrets.token_hex(16)
            row.properties, row.declared = properties, declared
        replaced = self._is_replaced(was, kind, properties)
        action = "Update:Replace" if replaced else "Update:Modify"
        refused = refusal(self._stack.policy, action, logical_id, kind)
        if refused is not None:
            raise await self._fail(row, "UPDATE_FAILED", refused)
        if replaced:
            await self._replace(row, was, resumed)
            return
        if not resumed:
            await self._write(row, "UPDATE_IN_PROGRESS")
        try:
            made = await self._attempt(
                row,
                "UPDATE_FAILED",
                lambda type_, work, final: type_.update(work, was.existing, final),
                resumed,
            )
        except StepFailed as failure:
            if isinstance(failure.__cause__, Refused):
                row.properties = was.properties
                await self._engine.store.write(lambda tx: put_resource(tx, self._stack, row))
            raise
        await self._made(row, made, "UPDATE", self._leftover(row, was, made))

    async def keep(self, logical_id: str, declared: Mapping[str, Any]) -> None:
        """A resource whose properties stay: what the template says of it besides them may have changed."""
        row = self._rows[logical_id]
        if row.declared != declared:
            row.declared = declared
            await self._engine.store.write(lambda tx: put_resource(tx, self._stack, row))

    async def remove(self, leftover: Leftover) -> None:
        """Remove what an operation left over. Raises StepFailed."""
        old = leftover.resource
        row = self._row_of(leftover.logical_id, old)
        keep = old.declared.get("DeletionPolicy")
        if leftover.logical_id in self._rows and self._rows[leftover.logical_id].is_there:
            keep = old.declared.get("UpdateReplacePolicy")
        if keep in _KEEPING:
            await self._forget(row, leftover, "DELETE_SKIPPED")
            return
        await self._tell(row, "DELETE_IN_PROGRESS")
        await self._attempt_delete(row, old, keep)
        await self._forget(row, leftover, "DELETE_COMPLETE")

    async def delete(self, logical_id: str) -> None:
        """Remove a resource with the stack. Raises StepFailed."""
        row = self._rows[logical_id]
        if row.status == "CREATE_IN_PROGRESS":
            await self._find_out(row)
        old = row.as_before()
        if old is None:
            await self._engine.store.write(lambda tx: forget_resource(tx, self._stack, logical_id))
            del self._rows[logical_id]
            return
        keep = row.declared.get("DeletionPolicy")
        is_kept = keep == "Retain" or (keep == "RetainExceptOnCreate" and self._operation.kind != "CREATE")
        if is_kept or logical_id in self._operation.retain:
            await self._gone(row, "DELETE_SKIPPED")
            return
        row.operation = self._operation.id
        await self._write(row, "DELETE_IN_PROGRESS")
        await self._attempt_delete(row, old, keep)
        await self._gone(row, "DELETE_COMPLETE")

    async def restore(self, logical_id: str) -> None:
        """Change a resource back to what it was before the operation. Raises StepFailed."""
        row = self._rows[logical_id]
        before = row.before
        if before is None or _is_as_before(row, before):
            return
        if self._is_replaced(before, row.type, row.properties) and row.status == "UPDATE_IN_PROGRESS":
            await self._find_out(row)
        if row.physical_id != before.physical_id:
            await self._take_back(row, before)
        elif self._is_replaced(before, row.type, row.properties):
            row.properties, row.declared = before.properties, before.declared
            await self._write(row, "UPDATE_COMPLETE")  # nothing came in its place
        else:
            await self._change_back(row, before)

    async def _change_back(self, row: ResourceRow, before: Before) -> None:
        """Until that is done the row has what the operation made of it: it says what there is to change."""
        changed = row.as_before() or before
        row.token = secrets.token_hex(16)  # that of the update stands for other parameters
        await self._write(row, "UPDATE_IN_PROGRESS")
        made = await self._attempt(
            row,
            "UPDATE_FAILED",
            lambda type_, work, final: type_.update(work, changed.existing, final),
            resumed=True,
            properties=before.properties,
        )
        row.properties, row.declared = before.properties, before.declared
        await self._made(row, made, "UPDATE")

    async def _find_out(self, row: ResourceRow) -> None:
        """Bring a making that was interrupted to its end, so that what it made is known, and is removed."""
        try:
            made = await self._attempt(
                row, "CREATE_FAILED", lambda type_, work, final: type_.create(work, final), resumed=True
            )
        except StepFailed:
            return  # its event says why; what it made in part is known all the same
        row.physical_id, row.attributes = made.physical_id, made.attributes
        await self._engine.store.write(lambda tx: put_resource(tx, self._stack, row))

    async def _take_back(self, row: ResourceRow, before: Before) -> None:
        """The resource that was replaced is the stack's again, the one in its place is to be removed."""
        replacement = row.as_before()
        row.physical_id, row.attributes = before.physical_id, before.attributes
        row.properties, row.declared = before.properties, before.declared

        def write(tx: Transaction) -> None:
            for leftover in leftovers_of(tx, self._stack):
                if leftover.resource.physical_id == before.physical_id:
                    forget_leftover(tx, self._stack, leftover.id)
            if replacement is not None:
                new_id = self._engine.ids.new(self._engine.clock.now_ms())
                leave(tx, self._stack, Leftover(new_id, row.logical_id, replacement))
            self._put(tx, row, "UPDATE_COMPLETE")

        await self._engine.store.write(write)

    def _new(
        self,
        logical_id: str,
        kind: str,
        status: str,
        properties: Mapping[str, Any],
        declared: Mapping[str, Any],
    ) -> ResourceRow:
        row = ResourceRow(
            logical_id,
            kind,
            status,
            self._operation.id,
            secrets.token_hex(16),
            self._engine.clock.now_ms(),
            properties=properties,
            declared=declared,
        )
        self._rows[logical_id] = row
        return row

    def _is_under_way(self, row: ResourceRow, status: str) -> bool:
        return row.operation == self._operation.id and row.status == status

    def _is_replaced(self, before: Before, kind: str, properties: Mapping[str, Any]) -> bool:
        known = schema(kind)
        return known is not None and known.replaces(before.properties, properties)

    async def _replace(self, row: ResourceRow, was: Before, resumed: bool) -> None:
        if not resumed:
            reason = "Requested update requires the creation of a new physical resource; hence creating one."
            await self._write(row, "UPDATE_IN_PROGRESS", reason)
        made = await self._attempt(
            row, "UPDATE_FAILED", lambda type_, work, final: type_.create(work, final), resumed
        )
        await self._made(row, made, "UPDATE", self._leftover(row, was, made))

    def _leftover(self, row: ResourceRow, was: Before, made: Made) -> Leftover | None:
        """The resource of before, if there is another one now: custom resources decide that themselves."""
        if made.physical_id == was.physical_id:
            return None
        return Leftover(self._engine.ids.new(self._engine.clock.now_ms()), row.logical_id, was)

    async def _attempt(
        self,
        row: ResourceRow,
        failed: str,
        do: Any,
        resumed: bool,
        properties: Mapping[str, Any] | None = None,
    ) -> Made:
        """Make or change a resource, as its row has it or with other properties. Raises StepFailed."""
        wanted = row.properties if properties is None else properties
        type_ = resource_type_of(row.type)
        try:
            if type_ is None:
                raise Failed(f"windsock does not make resources of type {row.type} yet.")
            check_properties(row.type, row.logical_id, wanted)
            work = self._work(row, resumed)
            made: Made = await do(type_, work, await resolved(work, wanted))
        except Exception as error:
            raise await self._fail(row, failed, self._reason(row, error)) from error
        return made

    async def _attempt_delete(self, row: ResourceRow, old: Before, keep: str | None = None) -> None:
        type_ = resource_type_of(old.type)
        if type_ is None:
            return  # it was never made
        try:
            work = self._work(row, True)
            if keep == "Snapshot":
                await type_.snapshot(work, old.existing)
            await type_.delete(work, old.existing)
        except Exception as error:
            raise await self._fail(row, "DELETE_FAILED", self._reason(row, error)) from error

    async def _fail(self, row: ResourceRow, status: str, reason: str) -> StepFailed:
        """Write down that a step failed; to be raised."""
        await self._write(row, status, reason)
        return StepFailed(reason)

    def _reason(self, row: ResourceRow, error: Exception) -> str:
        """Why a resource failed, as events of stacks say it. A defect fails the resource, not the stack."""
        if isinstance(error, AwsError):
            return (
                f'Resource handler returned message: "{error.message}" '
                f"(HandlerErrorCode: {handler_code(error)})"
            )
        if isinstance(error, (Failed, TimeoutError)):
            return str(error)
        log.exception("a resource of a stack failed", stack=self._stack.name, resource=row.logical_id)
        return f"{type(error).__name__}: {error}"

    async def _made(self, row: ResourceRow, made: Made, verb: str, leftover: Leftover | None = None) -> None:
        row.physical_id, row.attributes = made.physical_id, made.attributes

        def write(tx: Transaction) -> None:
            if verb == "CREATE":
                resource_event(
                    self._engine, tx, self._stack, row, "CREATE_IN_PROGRESS", "Resource creation Initiated"
                )
            if leftover is not None:
                leave(tx, self._stack, leftover)
            self._put(tx, row, f"{verb}_COMPLETE")

        await self._engine.store.write(write)

    async def _write(self, row: ResourceRow, status: str, reason: str | None = None) -> None:
        await self._engine.store.write(lambda tx: self._put(tx, row, status, reason))

    def _put(self, tx: Transaction, row: ResourceRow, status: str, reason: str | None = None) -> None:
        row.status, row.reason, row.updated_ms = status, reason, self._engine.clock.now_ms()
        put_resource(tx, self._stack, row)
        resource_event(self._engine, tx, self._stack, row, status, reason)

    async def _tell(self, row: ResourceRow, status: str) -> None:
        """Tell of an old resource, whose row is another one's by now."""
        await self._engine.store.write(lambda tx: resource_event(self._engine, tx, self._stack, row, status))

    async def _forget(self, row: ResourceRow, leftover: Leftover, status: str) -> None:
        def write(tx: Transaction) -> None:
            forget_leftover(tx, self._stack, leftover.id)
            resource_event(self._engine, tx, self._stack, row, status)

        await self._engine.store.write(write)

    async def _gone(self, row: ResourceRow, status: str) -> None:
        """A resource is not the stack's any more. That of a deleted stack is still told of."""

        def write(tx: Transaction) -> None:
            self._put(tx, row, status)
            if self._operation.kind != "DELETE":
                forget_resource(tx, self._stack, row.logical_id)

        await self._engine.store.write(write)
        if self._operation.kind != "DELETE":
            del self._rows[row.logical_id]

    def _row_of(self, logical_id: str, old: Before) -> ResourceRow:
        """A row that is not kept, for telling of an old resource."""
        return ResourceRow(
            logical_id,
            old.type,
            "",
            self._operation.id,
            secrets.token_hex(16),
            0,
            physical_id=old.physical_id,
            properties=old.properties,
            attributes=old.attributes,
            declared=old.declared,
        )

    def _work(self, row: ResourceRow, resumed: bool) -> Work:
        stack = self._stack
        return Work(
            self._engine,
            stack.scope,
            caller_of(stack, self._operation.caller),
            self._operation.cause,
            stack.arn,
            stack.name,
            row.logical_id,
            row.type,
            row.token,
            resumed,
            tuple(stack.settings.tags.items()),
            self._stop,
            lambda physical_id: setattr(row, "physical_id", physical_id),
        )


def _as_it_was(row: ResourceRow, resumed: bool) -> Before:
    """What a resource is before it is changed; when that was interrupted its row has the new properties."""
    if resumed and row.before is not None and row.before.physical_id == row.physical_id:
        return row.before
    was = row.as_before()
    if was is None:
        raise StepFailed(f"{row.logical_id} is not there.")
    return was


def _is_as_before(row: ResourceRow, before: Before) -> bool:
    return (
        row.status == "UPDATE_COMPLETE"
        and row.physical_id == before.physical_id
        and row.properties == before.properties
    )
