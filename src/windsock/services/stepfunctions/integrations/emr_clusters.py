"""EMR clusters and their steps, whose actions are not quite the operations behind them.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.languages.values import to_json
from windsock.services.stepfunctions.integrations.named_services import ELASTIC_MAP_REDUCE
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration

_PREFIX: Final = "elasticmapreduce:"

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Action:
    """The operation behind an action, its parameters from the action's, and the action's answer from its."""

    operation: str
    params: Callable[[Params], dict[str, Any]]
    answer: Callable[[Params], dict[str, Any]] = dict


@dataclass(frozen=True, slots=True)
class _End:
    """How `.sync` looks for the end: the operation, what it is about (of the action's parameters and answer),
    the member that tells of it, and the states that end it well and badly."""

    operation: str
    about: tuple[str, ...]
    member: str
    good: frozenset[str]
    bad: frozenset[str]


def _cluster_only(given: Params) -> dict[str, Any]:
    return {"JobFlowIds": [given["ClusterId"]]}


_ACTIONS: Final[Mapping[str, _Action]] = {
    "createCluster": _Action("RunJobFlow", dict, lambda told: {"ClusterId": told["JobFlowId"]}),
    "terminateCluster": _Action("TerminateJobFlows", _cluster_only),
    "setClusterTerminationProtection": _Action(
        "SetTerminationProtection",
        lambda given: {**_cluster_only(given), "TerminationProtected": given["TerminationProtected"]},
    ),
    "addStep": _Action(
        "AddJobFlowSteps",
        lambda given: {"JobFlowId": given["ClusterId"], "Steps": [given["Step"]]},
        lambda told: {"StepId": told["StepIds"][0]},
    ),
    "cancelStep": _Action(
        "CancelSteps",
        lambda given: {"ClusterId": given["ClusterId"], "StepIds": [given["StepId"]]},
        lambda told: {"CancelStepsInfo": told["CancelStepsInfoList"][0]},
    ),
}
_ENDS: Final[Mapping[str, _End]] = {
    "createCluster": _End(
        "DescribeCluster",
        ("ClusterId",),
        "Cluster",
        frozenset({"WAITING"}),
        frozenset({"TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"}),
    ),
    "terminateCluster": _End(
        "DescribeCluster",
        ("ClusterId",),
        "Cluster",
        frozenset({"TERMINATED", "TERMINATED_WITH_ERRORS"}),
        frozenset(),
    ),
    "addStep": _End(
        "DescribeStep",
        ("ClusterId", "StepId"),
        "Step",
        frozenset({"COMPLETED"}),
        frozenset({"CANCELLED", "FAILED", "INTERRUPTED"}),
    ),
}


@integration
class ElasticMapReduce(Integration):
    """Does an action by its operation.

    When nobody waits any more, a cluster goes on and a step is cancelled.
    """

    resources = tuple(f"{_PREFIX}{action}" for action in _ACTIONS)

    async def request(self, work: Work) -> Any:
        action = _ACTIONS[work.resource.operation]
        try:
            params = action.params(work.arguments)
        except (KeyError, TypeError) as error:
            raise WorkFailed(
                "States.Runtime",
                f"The Parameters '{to_json(work.arguments)}' could not be used to start the Task: [{error}]",
            ) from error
        told = await ELASTIC_MAP_REDUCE.call(work, action.operation, params)
        return ELASTIC_MAP_REDUCE.with_metadata(work, action.answer(told))

    async def look(self, work: Work, answer: Any) -> Any | None:
        end = _ENDS[work.resource.operation]
        known = {**work.arguments, **answer}
        about = {name: known[name] for name in end.about}
        found = (await ELASTIC_MAP_REDUCE.call(work, end.operation, about))[end.member]
        state = found["Status"]["State"]
        if state in end.bad:
            raise WorkFailed("States.TaskFailed", to_json(found))
        return {**about, end.member: found} if state in end.good else None

    async def stop(self, work: Work, answer: Any) -> None:
        if work.resource.operation == "addStep":
            params = {"ClusterId": work.arguments["ClusterId"], "StepIds": [answer["StepId"]]}
            await ELASTIC_MAP_REDUCE.call(work, "CancelSteps", params)
