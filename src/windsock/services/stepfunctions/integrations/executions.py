"""`states:startExecution`: executions of other state machines, waited for without looking.

The other execution tells the one that waits for it when it ends, in the transaction of its last turn.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson

from windsock.kernel.scope import Scope
from windsock.languages.asl.happenings import TaskFailed, TaskSucceeded
from windsock.languages.values import to_json
from windsock.services.stepfunctions import execution_rows, job_rows
from windsock.services.stepfunctions.integrations.named_services import STEP_FUNCTIONS
from windsock.services.stepfunctions.live_runs import Execution
from windsock.services.stepfunctions.names import execution_arn, execution_named, machine_arn
from windsock.services.stepfunctions.sdk_calls import scope_of
from windsock.services.stepfunctions.turns import Turn, Workflows, learns
from windsock.services.stepfunctions.work import JOBS, SYNC_2, Integration, Work, WorkFailed, integration
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

_TOLD: Final = "tasks"


@integration
class StartExecution(Integration):
    """Starts an execution. Its name is the same each time this is tried, so that it is started once."""

    resources = ("states:startExecution",)

    async def request(self, work: Work) -> Any:
        given = work.arguments if isinstance(work.arguments, dict) else {}
        given = {"Name": work.name, **{name: each for name, each in given.items() if each is not None}}
        if "Input" in given and not isinstance(given["Input"], str):
            given["Input"] = to_json(given["Input"])
        scope = scope_of(given.get("StateMachineArn"), work.place)
        answer = await STEP_FUNCTIONS.call(work, "StartExecution", given, scope)
        if work.resource.pattern in JOBS and ":express:" in answer["ExecutionArn"]:
            raise WorkFailed(
                "StepFunctions.AWSStepFunctionsException",
                "The run a job pattern is not supported for Express Workflows.",
            )
        return STEP_FUNCTIONS.with_metadata(work, answer)

    def follow(self, tx: Transaction, work: Work, answer: Any) -> bool:
        named = execution_named(answer["ExecutionArn"])
        row = execution_rows.named(tx, named.scope, named.machine, named.name)
        if row is None:
            return False
        waiting = {
            "account": work.scope.account,
            "region": work.scope.region,
            "execution": work.execution,
            "frame": work.frame,
            "seq": work.seq,
            "parsed": work.resource.pattern == SYNC_2,
        }
        workflows = work.engine.part(Workflows)
        if row.status == execution_rows.RUNNING:
            workflows.add_told(tx, named.scope, row.id, _TOLD, waiting)
        else:
            _pass_on(workflows, tx, named.scope, row, waiting)
        return True

    async def stop(self, work: Work, answer: Any) -> None:
        arn = answer["ExecutionArn"]
        await STEP_FUNCTIONS.call(work, "StopExecution", {"ExecutionArn": arn}, scope_of(arn, work.place))


@learns(_TOLD)
def tell_waiting(turn: Turn, told: list[dict[str, Any]]) -> None:
    """Tell the executions that wait for this one."""
    for waiting in told:
        _pass_on(turn.engine.part(Workflows), turn.tx, turn.scope, turn.execution, waiting)


def _pass_on(
    workflows: Workflows, tx: Transaction, scope: Scope, ended: Row | Execution, waiting: dict[str, Any]
) -> None:
    result = _result(scope, ended, waiting["parsed"])
    frame, seq = waiting["frame"], waiting["seq"]
    happening: TaskSucceeded | TaskFailed = TaskSucceeded(frame, seq, result)
    if ended.status != execution_rows.SUCCEEDED:
        happening = TaskFailed(frame, seq, "States.TaskFailed", to_json(result))
    waits_in = Scope(waiting["account"], waiting["region"])
    job_rows.remove(tx, waits_in, waiting["execution"], frame)
    workflows.tell(tx, waits_in, waiting["execution"], happening)


def _result(scope: Scope, ended: Row | Execution, parsed: bool) -> dict[str, Any]:
    """What DescribeExecution answers, as the SDK shows it; `.sync:2` has input and output parsed."""
    read: Callable[[str], Any] = orjson.loads if parsed else str
    result = {
        "Cause": ended.cause,
        "Error": ended.error,
        "ExecutionArn": execution_arn(scope, ended.machine, ended.name),
        "Input": read(ended.input),
        "InputDetails": {"Included": True},
        "Name": ended.name,
        "StartDate": ended.started_ms,
        "StateMachineArn": machine_arn(scope, ended.machine),
        "Status": ended.status,
        "StopDate": ended.stopped_ms,
    }
    result = {name: value for name, value in result.items() if value is not None}
    if ended.output is not None:
        result |= {"Output": read(ended.output), "OutputDetails": {"Included": True}}
    return result
