"""`Step Functions Execution Status Change` events: Standard executions tell the default bus of starts and
ends.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.engine import platform_events
from windsock.engine.platform_events import PlatformEvent
from windsock.languages.values import to_json
from windsock.services.stepfunctions import execution_rows
from windsock.services.stepfunctions.limits import STATUS_EVENT_BYTES
from windsock.services.stepfunctions.redrivable import redrive_status

if TYPE_CHECKING:
    from windsock.services.stepfunctions.live_runs import Execution
    from windsock.services.stepfunctions.turns import Turn

DETAIL_TYPE: Final = "Step Functions Execution Status Change"
SOURCE: Final = "aws.states"


def announce(turn: Turn, statuses: list[str]) -> None:
    """Have an event put for each status that the execution takes in this turn."""
    execution = turn.execution
    events = [
        PlatformEvent(
            SOURCE, DETAIL_TYPE, to_json(_detail(execution, status, turn.now_ms)).encode(), [execution.arn]
        )
        for status in statuses
    ]
    platform_events.announce(turn.engine, turn.tx, turn.scope, events, cause=execution.origin)


def _detail(execution: Execution, status: str, now_ms: int) -> dict[str, Any]:
    machine = execution.machine_arn
    ended = status != execution_rows.RUNNING
    output = execution.output if ended else None
    room = STATUS_EVENT_BYTES
    shows_output = _bytes(output) <= room
    shows_input = _bytes(execution.input) + (_bytes(output) if shows_output else 0) <= room
    redrivable, reason = redrive_status(status, execution.redrive_count, execution.stopped_ms, now_ms)
    return {
        "executionArn": execution.arn,
        "stateMachineArn": machine,
        "name": execution.name,
        "status": status,
        "startDate": execution.started_ms,
        "stopDate": execution.stopped_ms if ended else None,
        "input": execution.input if shows_input else None,
        "output": output if shows_output else None,
        "error": execution.error if ended else None,
        "cause": execution.cause if ended else None,
        "stateMachineVersionArn": _qualified(machine, execution.version),
        "stateMachineAliasArn": _qualified(machine, execution.alias),
        "redriveCount": execution.redrive_count,
        "redriveDate": execution.redriven_ms,
        "redriveStatus": redrivable,
        "redriveStatusReason": reason,
        "inputDetails": {"included": shows_input},
        "outputDetails": None if output is None else {"included": shows_output},
    }


def _qualified(machine_arn: str, qualifier: int | str | None) -> str | None:
    return None if qualifier is None else f"{machine_arn}:{qualifier}"


def _bytes(text: str | None) -> int:
    """The size of a JSON text inside another."""
    return 0 if text is None else len(to_json(text).encode())
