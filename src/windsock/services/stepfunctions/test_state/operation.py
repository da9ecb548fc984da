"""The operation TestState."""

from __future__ import annotations

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.ids import uuid4
from windsock.languages.asl.errors import StatesError
from windsock.languages.asl.failures import failure_in_state
from windsock.languages.asl.trials import Execution, Scene, Setup, Tolerance, Trial
from windsock.languages.asl.trials import Result as StateResult
from windsock.services.stepfunctions.errors import not_valid
from windsock.services.stepfunctions.names import machine_arn
from windsock.services.stepfunctions.test_state.answers import answer
from windsock.services.stepfunctions.test_state.items import find_items
from windsock.services.stepfunctions.test_state.mocked_shapes import check_mock
from windsock.services.stepfunctions.test_state.performed import Performed
from windsock.services.stepfunctions.test_state.requests import Mock, StateRequest, read_request
from windsock.services.stepfunctions.test_state.tasks import perform


@waiting("TestState")
async def test_state(ctx: Context, params: Params) -> Result:
    """What becomes of one state; its task is done for real, or mocked."""
    asked = read_request(params)
    if asked.mock is not None:
        check_mock(asked.subject, asked.mock)
    execution = _execution(ctx, asked)
    setup = Setup(asked.input, execution, ctx.now_ms, asked.variables, asked.context, asked.retries)
    trial, scene = Trial(asked.subject, setup), Scene(asked.subject, setup)
    if asked.mock is None:
        task = trial.task()
        done = Performed() if task is None else await perform(ctx, task, execution)
    elif asked.subject.type == "Map":
        done = await _iterate(asked, asked.mock, scene)
    else:
        done = Performed(asked.mock.result)
    return answer(asked, scene, trial.outcome(done.result), done)


async def _iterate(asked: StateRequest, mock: Mock, scene: Scene) -> Performed:
    """What the iterations of a Map end with, and the items they are about."""
    try:
        items = await find_items(scene, asked.items)
        tolerance = Tolerance.of(scene)
    except StatesError as error:
        return Performed(_failed(asked, error))
    count = None if items is None else len(items.value)
    if count is not None and asked.failed_iterations > count:
        raise not_valid(
            "Map iteration failure count must be less than or equal to the number of Map iterations"
        )
    return Performed(tolerance.judge(asked.failed_iterations, count, mock.result), items)


def _failed(asked: StateRequest, error: StatesError) -> StateResult:
    # The state is entered at the second event, after the start of the execution.
    failure = failure_in_state(error, asked.subject.name, entered=2)
    return StateResult(error=failure.error, cause=failure.cause)


def _execution(ctx: Context, asked: StateRequest) -> Execution:
    """The Express execution that the state believes to be in."""
    machine, name = uuid4(), uuid4()
    return Execution(
        ctx.scope.arn("states", f"express:{machine}:{name}"),
        name,
        machine_arn(ctx.scope, machine),
        machine,
        asked.role,
        token=uuid4(),
    )
