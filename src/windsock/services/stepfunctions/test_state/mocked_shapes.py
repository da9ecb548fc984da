"""What a mocked result must be like for each type of state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from windsock.languages.asl.resources import Resource
from windsock.languages.asl.trials import Subject
from windsock.services.stepfunctions.errors import not_valid
from windsock.services.stepfunctions.test_state.mock_results import check_mock_result
from windsock.services.stepfunctions.test_state.requests import Mock


def check_mock(subject: Subject, mock: Mock) -> None:
    """Raise a ValidationException when the state cannot have the mocked result."""
    if mock.result.text is None:
        return
    try:
        result = orjson.loads(mock.result.text)
    except orjson.JSONDecodeError as error:
        raise not_valid("Mocked result must be valid JSON.") from error
    _CHECKS[subject.type](subject, result, mock.mode)


def _check_task(subject: Subject, result: Any, mode: str) -> None:
    check_mock_result(Resource.parse(subject.spec["Resource"]), result, mode)


def _check_map(subject: Subject, result: Any, mode: str) -> None:
    if "ResultWriter" in subject.spec:
        if not isinstance(result, dict):
            raise not_valid("Mocked result must be a JSON object.")
    elif not isinstance(result, list):
        raise not_valid("Mocked result must be an array.")


def _check_parallel(subject: Subject, result: Any, mode: str) -> None:
    if not isinstance(result, list):
        raise not_valid("Mocked result must be an array.")
    if len(result) != len(subject.spec["Branches"]):
        raise not_valid("Mocked result must contain the same number of items as number of Parallel branches.")


_CHECKS: Final[Mapping[str, Callable[[Subject, Any, str], None]]] = {
    "Task": _check_task,
    "Map": _check_map,
    "Parallel": _check_parallel,
}
