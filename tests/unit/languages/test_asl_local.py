"""Machines that run by themselves, with mocked tasks."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.languages.asl.local import (
    Execution,
    InvalidMocks,
    Line,
    MockedError,
    TaskCall,
    Unmocked,
    read_mocks,
    run_state_machine,
)

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
DISTRIBUTED = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    """A machine whose states follow one another."""
    names = list(states)
    following = [*names[1:], None]
    return {
        "StartAt": names[0],
        "States": {
            name: state if "Next" in state else state | ({"Next": after} if after else {"End": True})
            for (name, state), after in zip(states.items(), following, strict=True)
        },
    }


def task(**fields: Any) -> dict[str, Any]:
    """A task."""
    return {"Type": "Task", "Resource": FUNCTION, **fields}


def config(**responses: dict[str, Any]) -> dict[str, Any]:
    """A mock configuration with one case, in which each state has the response of its name."""
    case = {name: name for name in responses}
    return {"StateMachines": {"M": {"TestCases": {"Case": case}}}, "MockedResponses": responses}


def names(line: Line) -> list[Any]:
    """The visits of a line: names, and below each what ran there."""
    return [
        (visit.state, [names(each) for each in visit.lines]) if visit.lines else visit.state
        for visit in line.visits
    ]


def times(execution: Execution) -> list[tuple[str, float]]:
    """When each state was entered, in seconds."""
    return [(visit.state, (visit.entered_ms - execution.started_ms) / 1000) for visit in execution.way.visits]


def test_mocks_are_functions_of_the_call() -> None:
    calls: list[TaskCall] = []

    def add(call: TaskCall) -> Any:
        calls.append(call)
        return call.arguments["n"] + 1

    execution = run_state_machine(machine(Add=task(), Done={"Type": "Pass"}), {"n": 1}, mocks={"Add": add})
    assert (execution.status, execution.output, execution.path) == ("SUCCEEDED", 2, ("Add", "Done"))
    assert calls == [TaskCall("Add", FUNCTION, {"n": 1}, 0, "")]


def test_time_passes_without_waiting() -> None:
    spec = machine(Wait={"Type": "Wait", "Seconds": 86_400}, Done={"Type": "Pass"})
    assert times(run_state_machine(spec)) == [("Wait", 0), ("Done", 86_400)]


def test_retries_back_off_and_what_stays_is_caught() -> None:
    spec = machine(
        Charge=task(
            Retry=[{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2}],
            Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}],
        ),
        Never={"Type": "Pass"},
        Sorry={"Type": "Pass"},
    )
    mocks = read_mocks(config(Charge={"0-5": {"Throw": {"Error": "Busy", "Cause": "later"}}}))
    execution = run_state_machine(spec, mocks=mocks)
    assert times(execution) == [("Charge", 0), ("Sorry", 6)]
    assert execution.output == {"Error": "Busy", "Cause": "later"}
    start = execution.started_ms
    failures = execution.way.visits[0].failures
    assert [(each.at_ms - start, each.retried_ms and each.retried_ms - start) for each in failures] == [
        (0, 2000),
        (2000, 6000),
        (6000, None),
    ]


def test_a_failure_that_nobody_catches_fails_the_execution() -> None:
    def explode(call: TaskCall) -> Any:
        raise MockedError("Boom", "bang")

    execution = run_state_machine(machine(Explode=task()), mocks={"Explode": explode})
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "Boom", "bang")
    assert execution.way.visits[0].exited_ms is None


def test_responses_are_numbered_by_the_calls_of_a_state_through_the_whole_execution() -> None:
    # What Step Functions Local 2.0.0 was reported to give: not counted anew in each iteration.
    call = task(Retry=[{"ErrorEquals": ["Boom"]}])
    spec = machine(Each={"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": machine(Call=call)})
    responses = {
        "0": {"Throw": {"Error": "Boom", "Cause": "attempt0"}},
        "1-2": {"Return": {"Payload": "early"}},
        "3": {"Return": {"Payload": "late"}},
    }
    execution = run_state_machine(spec, [1, 2, 3], mocks=read_mocks(config(Call=responses)))
    assert execution.output == [{"Payload": "early"}, {"Payload": "early"}, {"Payload": "late"}]


def test_branches_and_iterations_are_in_the_path() -> None:
    both = {
        "Type": "Parallel",
        "Branches": [machine(A={"Type": "Pass"}, B=task()), machine(C={"Type": "Pass"})],
    }
    each = {"Type": "Map", "ItemProcessor": machine(D={"Type": "Pass"})}
    execution = run_state_machine(machine(Both=both, Each=each), mocks={"B": lambda call: 1})
    assert names(execution.way) == [("Both", [["A", "B"], ["C"]]), ("Each", [["D"], ["D"]])]
    assert execution.path == ("Both", "A", "B", "C", "Each", "D", "D")


def test_child_executions_run_beside_one_another_in_virtual_time() -> None:
    processor = machine(Sleep={"Type": "Wait", "SecondsPath": "$"}, Work=task())
    spec = machine(Each={"Type": "Map", "ItemProcessor": processor | {"ProcessorConfig": DISTRIBUTED}})
    execution = run_state_machine(spec, [5, 60, 7], mocks={"Work": lambda call: call.arguments})
    assert execution.output == [5, 60, 7]
    assert execution.stopped_ms - execution.started_ms == 60_000
    assert names(execution.way) == [("Each", [["Sleep", "Work"]] * 3)]
    assert execution.path == ("Each",)


def test_the_items_of_a_reader_and_the_place_of_results() -> None:
    each = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON", "MaxItems": 2},
            "Parameters": {"Bucket": "b", "Key.$": "$.key"},
        },
        "ItemProcessor": machine(Work=task()) | {"ProcessorConfig": DISTRIBUTED},
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "b", "Prefix": "out"},
        },
    }
    asked: list[Any] = []

    def items(call: TaskCall) -> Any:
        asked.append(call.arguments)
        return [1, 2, 3]

    mocks = {"Each": items, "Work": lambda call: call.arguments}
    execution = run_state_machine(machine(Each=each), {"key": "k"}, mocks=mocks)
    assert asked == [{"Bucket": "b", "Key": "k"}]
    assert execution.output["ResultWriterDetails"] == {"Bucket": "b", "Key": "out/run/manifest.json"}
    assert len(execution.way.visits[0].lines) == 2


@pytest.mark.parametrize(
    ("resource", "begun", "token"),
    [
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TaskSubmitted", "run-0-1"),
        ("arn:aws:states:::states:startExecution.sync:2", "TaskSubmitted", ""),
        ("arn:aws:states:us-east-1:123456789012:activity:a", "ActivityStarted", "run-0-1"),
    ],
)
def test_tasks_that_somebody_else_ends(resource: str, begun: str, token: str) -> None:
    execution = run_state_machine(
        machine(Ask=task(Resource=resource)), mocks={"Ask": lambda call: call.token}
    )
    assert (execution.status, execution.output) == ("SUCCEEDED", token)
    assert begun in [event["type"] for event in execution.history]


def test_an_execution_times_out() -> None:
    spec = {"TimeoutSeconds": 10, **machine(Wait={"Type": "Wait", "Seconds": 60})}
    execution = run_state_machine(spec)
    assert (execution.status, execution.stopped_ms - execution.started_ms) == ("TIMED_OUT", 10_000)


def test_a_run_is_the_same_again() -> None:
    spec = machine(Id={"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}})
    assert run_state_machine(spec) == run_state_machine(spec)


def test_a_task_without_a_mock_stops_the_run() -> None:
    spec = machine(
        First={"Type": "Pass"}, Call=task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "First"}])
    )
    with pytest.raises(Unmocked, match=f"^The state 'Call' calls {FUNCTION}, and has no mock.$") as raised:
        run_state_machine(spec)
    assert raised.value.execution.path == ("First", "Call")
    assert raised.value.execution.status == "RUNNING"


def test_a_response_that_is_used_up_stops_the_run() -> None:
    spec = machine(Call=task(Next="Call2"), Call2=task(Next="Call"), End={"Type": "Pass"})
    mocks = read_mocks(config(Call={"0": {"Return": 1}}, Call2={"0-9": {"Return": 1}}))
    with pytest.raises(Unmocked, match="'Call' is called again, and 'Call' has no '1'"):
        run_state_machine(spec, mocks=mocks)


def test_mocks_of_states_that_are_not_there_are_refused() -> None:
    with pytest.raises(InvalidMocks, match="not there: Charg, Chrge"):
        run_state_machine(machine(Charge=task()), mocks={"Charg": lambda call: 1, "Chrge": lambda call: 1})


TWO: dict[str, Any] = {
    "StateMachines": {
        "A": {"TestCases": {"Good": {}, "Bad": {}}},
        "B": {"TestCases": {"Good": {}}},
    },
    "MockedResponses": {},
}


@pytest.mark.parametrize(
    ("configuration", "case", "name", "problem"),
    [
        ({}, None, None, "There is no object 'StateMachines' in the mock configuration."),
        (TWO, None, None, "Which state machine? There are: A, B."),
        (TWO, None, "A", "Which test case? There are: Good, Bad."),
        (TWO, "Ugly", "A", "There is no test case 'Ugly' in the mock configuration. There are: Good, Bad."),
        (
            {"StateMachines": {"A": {"TestCases": {"Good": {"S": "R"}}}}, "MockedResponses": {}},
            None,
            None,
            "The state 'S' uses the mocked response 'R', which is not there.",
        ),
        (
            config(S={"first": {"Return": 1}}),
            None,
            None,
            "The mocked response 'S' has 'first': a number (\"0\") or range (\"1-2\") of calls is needed.",
        ),
        (
            config(S={"0": {"Return": 1, "Throw": {"Error": "e"}}}),
            None,
            None,
            "The mocked response 'S' has neither a 'Return' nor a 'Throw' for '0', or both.",
        ),
        (
            config(S={"0": {"Throw": {"Cause": "e"}}}),
            None,
            None,
            "The mocked response 'S' throws for '0', but no 'Error'.",
        ),
    ],
)
def test_mock_configurations_that_are_refused(
    configuration: dict[str, Any], case: str | None, name: str | None, problem: str
) -> None:
    with pytest.raises(InvalidMocks) as raised:
        read_mocks(configuration, case, name)
    assert str(raised.value) == problem
