"""What TestState answers."""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Result
from windsock.languages.asl.trials import Outcome, Scene, inspect
from windsock.languages.values import to_json
from windsock.services.stepfunctions.test_state.exchanges import shown_exchange
from windsock.services.stepfunctions.test_state.performed import Performed
from windsock.services.stepfunctions.test_state.requests import StateRequest


def answer(asked: StateRequest, scene: Scene, outcome: Outcome, done: Performed) -> Result:
    """The answer to a request, with as much of the data as its level shows."""
    shown = {
        "output": outcome.output,
        "error": outcome.error,
        "cause": outcome.cause,
        "inspectionData": None if asked.level == "INFO" else _data(asked, scene, outcome, done),
        "nextState": outcome.next_state,
        "status": outcome.status,
    }
    return _present(shown)


def _data(asked: StateRequest, scene: Scene, outcome: Outcome, done: Performed) -> dict[str, Any]:
    data = inspect(scene, done.result, done.items)
    if done.exchange is not None and asked.level == "TRACE":
        data |= shown_exchange(done.exchange, secrets=asked.secrets)
    if asked.variables or outcome.variables:
        given = {name: to_json(value) for name, value in asked.variables.items()}
        members = (f"{to_json(name)}:{text}" for name, text in {**given, **outcome.variables}.items())
        data["variables"] = f"{{{','.join(members)}}}"
    if outcome.details is not None:
        data["errorDetails"] = _present(
            {
                "catchIndex": outcome.details.catch_index,
                "retryIndex": outcome.details.retry_index,
                "retryBackoffIntervalSeconds": outcome.details.retry_seconds,
            }
        )
    return data


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
