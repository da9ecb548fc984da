"""GetExecutionHistory.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.languages.asl.run import HistoryEvent
from windsock.services.stepfunctions import history
from windsock.services.stepfunctions.executions import require_execution
from windsock.services.stepfunctions.pages import page, page_size, start_after

_DATA: Final = frozenset({"input", "output", "parameters", "assignedVariables"})
_BEYOND: Final = 2**31


@query("GetExecutionHistory")
def get_execution_history(ctx: Query, params: Params) -> Result:
    """The events of an execution, in either order."""
    row = require_execution(ctx.tx, params["executionArn"])
    scope = Scope(row.account, row.region)
    size = page_size(params)
    if params.get("reverseOrder"):
        (before,) = start_after(params, [_BEYOND])
        events = history.newest_first(ctx.tx, scope, row.id, size + 1, before - 1)
    else:
        (after,) = start_after(params, [0])
        events = history.oldest_first(ctx.tx, scope, row.id, size + 1, after + 1)
    with_data = params.get("includeExecutionData", True)
    return page("events", events, size, lambda event: [event["id"]], lambda event: _shown(event, with_data))


def _shown(event: HistoryEvent, with_data: bool) -> dict[str, Any]:
    shown = {**event, "timestamp": to_datetime(event["timestamp"])}
    if with_data:
        return shown
    return {
        name: {key: each for key, each in value.items() if key not in _DATA}
        if isinstance(value, dict)
        else value
        for name, value in shown.items()
    }
