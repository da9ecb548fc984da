"""What stands in for the tasks of a machine that is run by itself.

A mock is a function by the name of its state. It is given the call and returns the task's result; to have the
task fail it raises MockedError. The same for the ItemReader of a Map state: its mock returns the items.

    mocks = {"Charge": lambda call: {"paid": call.arguments["amount"]}}

`read_mocks` makes such functions of a test case in the mock configuration of Step Functions Local.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_CALLS: Final = re.compile(r"(\d+)(?:-(\d+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TaskCall:
    """One call of a task: `number` counts those of the state in this execution from 0, retries included.

    `arguments` are what the task is called with, `token` its task token.
    """

    state: str
    resource: str
    arguments: Any
    number: int
    token: str


Mock = Callable[[TaskCall], Any]


class MockedError(Exception):
    """Raised by a mock to have its task fail with this error and cause."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


class InvalidMocks(ValueError):
    """A mock configuration that is none, or has no such test case; the message says which."""


class NoMock(LookupError):
    """A task was called for which there is no mock, or no response left."""


@dataclass(frozen=True, slots=True)
class Responses:
    """Mocked responses: each for the calls from one number to another, both included."""

    name: str
    responses: tuple[tuple[range, Mapping[str, Any]], ...]

    def __call__(self, call: TaskCall) -> Any:
        """The response to a call. Raises MockedError for a `Throw`, NoMock when there is no such response."""
        for calls, response in self.responses:
            if call.number in calls:
                if "Return" in response:
                    return response["Return"]
                thrown = response["Throw"]
                raise MockedError(thrown["Error"], thrown.get("Cause", ""))
        raise NoMock(f"The state '{call.state}' is called again, and '{self.name}' has no '{call.number}'.")


def read_mocks(
    configuration: Mapping[str, Any], test_case: str | None = None, state_machine: str | None = None
) -> dict[str, Mock]:
    """The mocks of a test case by state. Names may be left out where the configuration has only one.

    `configuration` is the content of a MockConfigFile.json. Raises InvalidMocks.
    """
    machines = _object(configuration, "StateMachines", "the mock configuration")
    machine = _pick(machines, state_machine, "state machine")
    cases = _object(
        _object(machines, machine, "StateMachines"), "TestCases", f"the state machine '{machine}'"
    )
    case = _pick(cases, test_case, "test case")
    responses = _object(configuration, "MockedResponses", "the mock configuration")
    return {
        state: _responses(responses, name, state)
        for state, name in _object(cases, case, f"the test cases of '{machine}'").items()
    }


def _responses(responses: Mapping[str, Any], name: Any, state: str) -> Responses:
    if name not in responses:
        raise InvalidMocks(f"The state '{state}' uses the mocked response '{name}', which is not there.")
    of = f"The mocked response '{name}'"
    parsed = []
    for calls, response in _object(responses, name, "MockedResponses").items():
        numbers = _CALLS.fullmatch(calls)
        if numbers is None:
            raise InvalidMocks(f'{of} has \'{calls}\': a number ("0") or range ("1-2") of calls is needed.')
        if not isinstance(response, Mapping) or len(response.keys() & {"Return", "Throw"}) != 1:
            raise InvalidMocks(f"{of} has neither a 'Return' nor a 'Throw' for '{calls}', or both.")
        if "Throw" in response and "Error" not in _object(response, "Throw", of):
            raise InvalidMocks(f"{of} throws for '{calls}', but no 'Error'.")
        first = int(numbers[1])
        parsed.append((range(first, int(numbers[2] or first) + 1), response))
    return Responses(name, tuple(parsed))


def _object(holder: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = holder.get(name)
    if not isinstance(found, Mapping):
        raise InvalidMocks(f"There is no object '{name}' in {where}.")
    return found


def _pick(named: Mapping[str, Any], name: str | None, what: str) -> str:
    """The name that was given, or the only one."""
    listed = ", ".join(named) or "none"
    if name is None and len(named) == 1:
        return next(iter(named))
    if name is None:
        raise InvalidMocks(f"Which {what}? There are: {listed}.")
    if name not in named:
        raise InvalidMocks(f"There is no {what} '{name}' in the mock configuration. There are: {listed}.")
    return name
