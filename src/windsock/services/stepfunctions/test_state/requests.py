"""What TestState is asked: read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from windsock.engine.operations import Params
from windsock.kernel.sdk_names import is_sdk_action
from windsock.languages.asl.diagnostics import diagnose, diagnose_state, refusal
from windsock.languages.asl.trials import Result, Subject, find_state, lone_state
from windsock.services.stepfunctions.errors import InvalidDefinition, not_valid
from windsock.services.stepfunctions.inputs import check_input

_NEED_MOCKS = ("Map", "Parallel")
_TAKE_MOCKS = ("Task", *_NEED_MOCKS)


@dataclass(frozen=True, slots=True)
class Mock:
    """What the state's task, branches or iterations end with, and how strictly a result is checked."""

    result: Result
    mode: str


@dataclass(frozen=True, slots=True)
class StateRequest:
    """A request, checked by itself. `variables` and `context` are parsed, `input` is JSON."""

    subject: Subject
    input: str
    role: str
    level: str
    secrets: bool
    mock: Mock | None
    variables: Mapping[str, Any]
    context: Mapping[str, Any] | None
    retries: int
    failed_iterations: int
    items: str | None


def read_request(params: Params) -> StateRequest:
    """The request. Raises ValidationException, InvalidDefinition, InvalidExecutionInput."""
    mock = params.get("mock")
    settings = params.get("stateConfiguration") or {}
    _check_combination(params, mock, settings)
    subject = _subject(params["definition"], params.get("stateName"))
    _check_type(subject, mock)
    text = params.get("input") or "{}"
    check_input(text)
    return StateRequest(
        subject,
        text,
        params.get("roleArn") or "",
        params.get("inspectionLevel") or "INFO",
        bool(params.get("revealSecrets")),
        None if mock is None else _mock(mock),
        _object(params.get("variables"), "variables") or {},
        _object(params.get("context"), "context"),
        settings.get("retrierRetryCount") or 0,
        settings.get("mapIterationFailureCount") or 0,
        settings.get("mapItemReaderData"),
    )


def _check_combination(params: Params, mock: Mapping[str, Any] | None, settings: Mapping[str, Any]) -> None:
    if mock is None:
        for name in settings:
            raise not_valid(f"TestState does not support {_capitalized(name)} when a mock is not specified.")
        if params.get("context"):
            raise not_valid("TestState does not support Context when a mock is not specified.")
        return
    if ("result" in mock) == ("errorOutput" in mock):
        raise not_valid("A test mock should have only one of the following fields: [result, errorOutput].")
    if params.get("revealSecrets"):
        raise not_valid("TestState does not support RevealSecrets when a mock is specified.")


def _subject(definition: str, name: str | None) -> Subject:
    """The state to test: the definition itself, or the one of that name in it."""
    if name is None:
        found = diagnose_state(definition, knows_action=is_sdk_action)
    else:
        found = diagnose(definition, knows_action=is_sdk_action)
    message = refusal(found)
    if message is not None:
        raise InvalidDefinition(message)
    document = orjson.loads(definition)
    subject = lone_state(document) if name is None else find_state(document, name)
    if subject is None:
        raise not_valid("State not found in definition")
    return subject


def _check_type(subject: Subject, mock: Mapping[str, Any] | None) -> None:
    if mock is None and subject.type in _NEED_MOCKS:
        raise InvalidDefinition(
            "TestState API does not support Map or Parallel states. Supported state types include: "
            "[Task, Wait, Pass, Succeed, Fail, Choice]"
        )
    if mock is not None and subject.type not in _TAKE_MOCKS:
        raise not_valid(f"State type '{subject.type}' is not supported when a mock is specified")


def _mock(mock: Mapping[str, Any]) -> Mock:
    error = mock.get("errorOutput") or {}
    return Mock(
        Result(mock.get("result"), error.get("error"), error.get("cause")),
        mock.get("fieldValidationMode") or "STRICT",
    )


def _object(text: str | None, name: str) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise not_valid(f"The value for '{name}' must be a JSON object.")
    return value


def _capitalized(name: str) -> str:
    return name[:1].upper() + name[1:]
