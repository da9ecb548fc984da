"""Running a state machine by itself: tasks are mocked, time is virtual, nothing else is needed.

    execution = run_state_machine(definition, {"n": 1}, mocks={"Add": lambda call: call.arguments["n"] + 1})
    assert execution.path == ("Add", "Done")
    assert execution.output == 2

`read_mocks` reads the mock configuration of Step Functions Local. See docs/state-machines-locally.md.
"""

from windsock.languages.asl.local.mocks import InvalidMocks, Mock, MockedError, TaskCall, read_mocks
from windsock.languages.asl.local.path import Attempt, Line, Visit
from windsock.languages.asl.local.runner import Execution, Unmocked, run_state_machine

__all__ = [
    "Attempt",
    "Execution",
    "InvalidMocks",
    "Line",
    "Mock",
    "MockedError",
    "TaskCall",
    "Unmocked",
    "Visit",
    "read_mocks",
    "run_state_machine",
]
