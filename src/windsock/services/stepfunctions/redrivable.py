"""Whether an execution can be redriven.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
"""

from __future__ import annotations

from typing import Final

from windsock.services.stepfunctions import execution_rows
from windsock.services.stepfunctions.limits import REDRIVABLE_MS, REDRIVES

REDRIVABLE: Final = "REDRIVABLE"
NOT_REDRIVABLE: Final = "NOT_REDRIVABLE"
BY_MAP_RUN: Final = "REDRIVABLE_BY_MAP_RUN"

_NEVER: Final = (execution_rows.RUNNING, execution_rows.SUCCEEDED, execution_rows.PENDING_REDRIVE)


def redrive_status(
    status: str, redrives: int, stopped_ms: int | None, now_ms: int, *, is_child: bool = False
) -> tuple[str, str | None]:
    """The redriveStatus of an execution, with its reason where it cannot be redriven."""
    if status in _NEVER:
        return NOT_REDRIVABLE, f"Execution is {status} and cannot be redriven"
    if now_ms - (stopped_ms or now_ms) > REDRIVABLE_MS:
        return NOT_REDRIVABLE, "Execution redrivable period exceeded"
    if redrives >= REDRIVES:
        return NOT_REDRIVABLE, "Execution redrive limit exceeded"
    return (BY_MAP_RUN if is_child else REDRIVABLE), None
