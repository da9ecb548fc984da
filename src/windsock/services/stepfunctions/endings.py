"""The end of an execution.

One that failed, timed out or was stopped keeps what its run knows, to be redriven from there.
"""

from __future__ import annotations

from windsock.languages.asl.commands import EndExecution
from windsock.services.stepfunctions import measures
from windsock.services.stepfunctions.timers import cancel_all_timers
from windsock.services.stepfunctions.turns import Turn, performs


@performs(EndExecution)
def end_execution(turn: Turn, command: EndExecution) -> None:
    """Note how the execution ended; nothing it waited for happens any more."""
    execution = turn.execution
    execution.status = command.status
    execution.stopped_ms = turn.now_ms
    execution.error, execution.cause = command.error, command.cause
    execution.output = command.output_text
    if turn.leaves_rows:
        cancel_all_timers(turn)
    measures.ended(turn)
