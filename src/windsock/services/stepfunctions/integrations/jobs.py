"""Jobs of services: begun by an action, and over when a second operation says so (`.sync`). A row an action.

A job that does not succeed fails the task with States.TaskFailed and the job as its cause.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync and the
pages of the services beside it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.languages.values import to_json
from windsock.services.stepfunctions.integrations import named_services as services
from windsock.services.stepfunctions.sdk_calls import NamedService
from windsock.services.stepfunctions.sdk_shapes import capitalized
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration


@dataclass(frozen=True, slots=True)
class _Call:
    """An operation and its parameters: dotted ways into the answer to the action, or (`$`) its arguments.

    A way in brackets gives a list of one.
    """

    operation: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Job:
    """How to look at a job: the call, where in its answer the job is, where in the job its state is, and the
    states that end it well and badly. `stop` ends it."""

    service: NamedService
    look: _Call
    job: str
    state: str
    good: frozenset[str]
    bad: frozenset[str]
    stop: _Call | None = None


def _states(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _sagemaker(what: str, name: str, stop: bool = True) -> _Job:
    params = {f"{name}Name": f"$.{name}Name"}
    return _Job(
        services.SAGEMAKER,
        _Call(f"Describe{what}", params),
        "",
        f"{name}Status",
        _states("Completed"),
        _states("Failed Stopped"),
        _Call(f"Stop{what}", params) if stop else None,
    )


_JOBS: Final[Mapping[str, _Job]] = {
    "athena:startQueryExecution": _Job(
        services.ATHENA,
        _Call("GetQueryExecution", {"QueryExecutionId": "QueryExecutionId"}),
        "",
        "QueryExecution.Status.State",
        _states("SUCCEEDED"),
        _states("FAILED CANCELLED"),
        _Call("StopQueryExecution", {"QueryExecutionId": "QueryExecutionId"}),
    ),
    "batch:submitJob": _Job(
        services.BATCH,
        _Call("DescribeJobs", {"Jobs": "[JobId]"}),
        "Jobs.0",
        "Status",
        _states("SUCCEEDED"),
        _states("FAILED"),
        _Call("TerminateJob", {"JobId": "JobId", "Reason": "'Cancelled by Step Functions"}),
    ),
    "bedrock:createModelCustomizationJob": _Job(
        services.BEDROCK,
        _Call("GetModelCustomizationJob", {"JobIdentifier": "JobArn"}),
        "",
        "Status",
        _states("Completed"),
        _states("Failed Stopped"),
        _Call("StopModelCustomizationJob", {"JobIdentifier": "JobArn"}),
    ),
    "codebuild:startBuild": _Job(
        services.CODEBUILD,
        _Call("BatchGetBuilds", {"Ids": "[Build.Id]"}),
        "Builds.0",
        "BuildStatus",
        _states("SUCCEEDED"),
        _states("FAILED FAULT STOPPED TIMED_OUT"),
        _Call("StopBuild", {"Id": "Build.Id"}),
    ),
    "codebuild:startBuildBatch": _Job(
        services.CODEBUILD,
        _Call("BatchGetBuildBatches", {"Ids": "[BuildBatch.Id]"}),
        "BuildBatches.0",
        "BuildBatchStatus",
        _states("SUCCEEDED"),
        _states("FAILED FAULT STOPPED TIMED_OUT"),
        _Call("StopBuildBatch", {"Id": "BuildBatch.Id"}),
    ),
    "databrew:startJobRun": _Job(
        services.DATABREW,
        _Call("DescribeJobRun", {"Name": "$.Name", "RunId": "RunId"}),
        "",
        "State",
        _states("SUCCEEDED"),
        _states("FAILED STOPPED TIMEOUT"),
        _Call("StopJobRun", {"Name": "$.Name", "RunId": "RunId"}),
    ),
    "emr-containers:startJobRun": _Job(
        services.EMR_CONTAINERS,
        _Call("DescribeJobRun", {"Id": "Id", "VirtualClusterId": "VirtualClusterId"}),
        "JobRun",
        "State",
        _states("COMPLETED"),
        _states("FAILED CANCELLED"),
        _Call("CancelJobRun", {"Id": "Id", "VirtualClusterId": "VirtualClusterId"}),
    ),
    "emr-serverless:startJobRun": _Job(
        services.EMR_SERVERLESS,
        _Call("GetJobRun", {"ApplicationId": "ApplicationId", "JobRunId": "JobRunId"}),
        "JobRun",
        "State",
        _states("SUCCESS"),
        _states("FAILED CANCELLED"),
        _Call("CancelJobRun", {"ApplicationId": "ApplicationId", "JobRunId": "JobRunId"}),
    ),
    "elasticmapreduce:addStep": _Job(
        services.ELASTIC_MAP_REDUCE,
        _Call("DescribeStep", {"ClusterId": "$.ClusterId", "StepId": "StepIds.0"}),
        "",
        "Step.Status.State",
        _states("COMPLETED"),
        _states("CANCELLED FAILED INTERRUPTED"),
    ),
    "glue:startJobRun": _Job(
        services.GLUE,
        _Call("GetJobRun", {"JobName": "$.JobName", "RunId": "JobRunId"}),
        "JobRun",
        "JobRunState",
        _states("SUCCEEDED"),
        _states("FAILED STOPPED TIMEOUT ERROR"),
        _Call("BatchStopJobRun", {"JobName": "$.JobName", "JobRunIds": "[JobRunId]"}),
    ),
    "mediaconvert:createJob": _Job(
        services.MEDIACONVERT,
        _Call("GetJob", {"Id": "Job.Id"}),
        "",
        "Job.Status",
        _states("COMPLETE"),
        _states("ERROR CANCELED"),
        _Call("CancelJob", {"Id": "Job.Id"}),
    ),
    "sagemaker:createHyperParameterTuningJob": _sagemaker(
        "HyperParameterTuningJob", "HyperParameterTuningJob"
    ),
    "sagemaker:createLabelingJob": _sagemaker("LabelingJob", "LabelingJob"),
    "sagemaker:createProcessingJob": _sagemaker("ProcessingJob", "ProcessingJob"),
    "sagemaker:createTrainingJob": _sagemaker("TrainingJob", "TrainingJob"),
    "sagemaker:createTransformJob": _sagemaker("TransformJob", "TransformJob"),
}
# What a parameter is that is no way but a text.
_LITERAL: Final = "'"
# Jobs that are begun by another operation than the action says.
_BEGUN_BY: Final = {"elasticmapreduce:addStep": "AddJobFlowSteps"}


@integration
class ServiceJob(Integration):
    """Begins a job by the operation that the resource names, and looks for its end."""

    resources = tuple(_JOBS)

    async def request(self, work: Work) -> Any:
        service = _JOBS[self.resource].service
        operation = _BEGUN_BY.get(self.resource, capitalized(work.action))
        return service.with_metadata(work, await service.call(work, operation, work.arguments))

    async def look(self, work: Work, answer: Any) -> Any | None:
        job = _JOBS[self.resource]
        told = await job.service.call(work, job.look.operation, _params(job.look, work, answer))
        found = _at(told, job.job)
        state = _at(found, job.state)
        if state in job.bad:
            raise WorkFailed("States.TaskFailed", to_json(found))
        return found if state in job.good else None

    async def stop(self, work: Work, answer: Any) -> None:
        job = _JOBS[self.resource]
        if job.stop is not None:
            await job.service.call(work, job.stop.operation, _params(job.stop, work, answer))


def _params(call: _Call, work: Work, answer: Any) -> dict[str, Any]:
    return {name: _value(way, work, answer) for name, way in call.params.items()}


def _value(way: str, work: Work, answer: Any) -> Any:
    if way.startswith(_LITERAL):
        return way.removeprefix(_LITERAL)
    if way.startswith("["):
        return [_at(answer, way[1:-1])]
    return _at(work.arguments, way[2:]) if way.startswith("$.") else _at(answer, way)


def _at(value: Any, way: str) -> Any:
    """What a dotted way leads to; None where it leads nowhere."""
    for step in way.split(".") if way else ():
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
