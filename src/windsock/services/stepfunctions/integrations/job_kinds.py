"""The jobs that tasks wait for (`.sync`): how to look at each, and what ends it. A row an action.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync and the
pages of the services beside it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from windsock.services.stepfunctions.integrations import named_services as services
from windsock.services.stepfunctions.sdk_calls import NamedService


@dataclass(frozen=True, slots=True)
class Call:
    """An operation and its parameters: dotted ways into the answer to the action, or (`$`) its arguments.

    A way in brackets gives a list of one.
    """

    operation: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """How to look at a job: the call, where in its answer the job is, where in the job its state is, and the
    states that end it well and badly. `stop` ends it.

    `gone` says that it is also over, and well, when there is no such thing any more.
    """

    service: NamedService
    look: Call
    job: str
    state: str
    good: frozenset[str]
    bad: frozenset[str]
    stop: Call | None = None
    gone: bool = False


def _states(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _sagemaker(what: str, name: str, stop: bool = True) -> Job:
    params = {f"{name}Name": f"$.{name}Name"}
    return Job(
        services.SAGEMAKER,
        Call(f"Describe{what}", params),
        "",
        f"{name}Status",
        _states("Completed"),
        _states("Failed Stopped"),
        Call(f"Stop{what}", params) if stop else None,
    )


def _eks(what: str, names: Mapping[str, str], *, gone: bool = False) -> Job:
    return Job(
        services.EKS,
        Call(f"Describe{what}", names),
        "",
        f"{what}.Status",
        _states("" if gone else "ACTIVE"),
        _states("DELETE_FAILED" if gone else "FAILED CREATE_FAILED"),
        gone=gone,
    )


def _emr_application(application: str, good: str, bad: str) -> Job:
    return Job(
        services.EMR_SERVERLESS,
        Call("GetApplication", {"ApplicationId": application}),
        "Application",
        "State",
        _states(good),
        _states(bad),
    )


_CLUSTER: Final = {"Name": "$.Name"}
_NODEGROUP: Final = {"ClusterName": "$.ClusterName", "NodegroupName": "$.NodegroupName"}
_FARGATE_PROFILE: Final = {"ClusterName": "$.ClusterName", "FargateProfileName": "$.FargateProfileName"}

JOBS: Final[Mapping[str, Job]] = {
    "athena:startQueryExecution": Job(
        services.ATHENA,
        Call("GetQueryExecution", {"QueryExecutionId": "QueryExecutionId"}),
        "",
        "QueryExecution.Status.State",
        _states("SUCCEEDED"),
        _states("FAILED CANCELLED"),
        Call("StopQueryExecution", {"QueryExecutionId": "QueryExecutionId"}),
    ),
    "batch:submitJob": Job(
        services.BATCH,
        Call("DescribeJobs", {"Jobs": "[JobId]"}),
        "Jobs.0",
        "Status",
        _states("SUCCEEDED"),
        _states("FAILED"),
        Call("TerminateJob", {"JobId": "JobId", "Reason": "'Cancelled by Step Functions"}),
    ),
    "bedrock:createModelCustomizationJob": Job(
        services.BEDROCK,
        Call("GetModelCustomizationJob", {"JobIdentifier": "JobArn"}),
        "",
        "Status",
        _states("Completed"),
        _states("Failed Stopped"),
        Call("StopModelCustomizationJob", {"JobIdentifier": "JobArn"}),
    ),
    "codebuild:startBuild": Job(
        services.CODEBUILD,
        Call("BatchGetBuilds", {"Ids": "[Build.Id]"}),
        "Builds.0",
        "BuildStatus",
        _states("SUCCEEDED"),
        _states("FAILED FAULT STOPPED TIMED_OUT"),
        Call("StopBuild", {"Id": "Build.Id"}),
    ),
    "codebuild:startBuildBatch": Job(
        services.CODEBUILD,
        Call("BatchGetBuildBatches", {"Ids": "[BuildBatch.Id]"}),
        "BuildBatches.0",
        "BuildBatchStatus",
        _states("SUCCEEDED"),
        _states("FAILED FAULT STOPPED TIMED_OUT"),
        Call("StopBuildBatch", {"Id": "BuildBatch.Id"}),
    ),
    "databrew:startJobRun": Job(
        services.DATABREW,
        Call("DescribeJobRun", {"Name": "$.Name", "RunId": "RunId"}),
        "",
        "State",
        _states("SUCCEEDED"),
        _states("FAILED STOPPED TIMEOUT"),
        Call("StopJobRun", {"Name": "$.Name", "RunId": "RunId"}),
    ),
    "eks:createCluster": _eks("Cluster", _CLUSTER),
    "eks:createFargateProfile": _eks("FargateProfile", _FARGATE_PROFILE),
    "eks:createNodegroup": _eks("Nodegroup", _NODEGROUP),
    "eks:deleteCluster": _eks("Cluster", _CLUSTER, gone=True),
    "eks:deleteFargateProfile": _eks("FargateProfile", _FARGATE_PROFILE, gone=True),
    "eks:deleteNodegroup": _eks("Nodegroup", _NODEGROUP, gone=True),
    "emr-containers:deleteVirtualCluster": Job(
        services.EMR_CONTAINERS,
        Call("DescribeVirtualCluster", {"Id": "$.Id"}),
        "VirtualCluster",
        "State",
        _states("TERMINATED"),
        _states("ARRESTED"),
    ),
    "emr-containers:startJobRun": Job(
        services.EMR_CONTAINERS,
        Call("DescribeJobRun", {"Id": "Id", "VirtualClusterId": "VirtualClusterId"}),
        "JobRun",
        "State",
        _states("COMPLETED"),
        _states("FAILED CANCELLED"),
        Call("CancelJobRun", {"Id": "Id", "VirtualClusterId": "VirtualClusterId"}),
    ),
    "emr-serverless:createApplication": _emr_application("ApplicationId", "CREATED STARTED", "TERMINATED"),
    "emr-serverless:deleteApplication": _emr_application("$.ApplicationId", "TERMINATED", ""),
    "emr-serverless:startApplication": _emr_application("$.ApplicationId", "STARTED", "STOPPED TERMINATED"),
    "emr-serverless:stopApplication": _emr_application("$.ApplicationId", "STOPPED", "TERMINATED"),
    "emr-serverless:cancelJobRun": Job(
        services.EMR_SERVERLESS,
        Call("GetJobRun", {"ApplicationId": "$.ApplicationId", "JobRunId": "$.JobRunId"}),
        "JobRun",
        "State",
        _states("CANCELLED SUCCESS FAILED"),
        _states(""),
    ),
    "emr-serverless:startJobRun": Job(
        services.EMR_SERVERLESS,
        Call("GetJobRun", {"ApplicationId": "ApplicationId", "JobRunId": "JobRunId"}),
        "JobRun",
        "State",
        _states("SUCCESS"),
        _states("FAILED CANCELLED"),
        Call("CancelJobRun", {"ApplicationId": "ApplicationId", "JobRunId": "JobRunId"}),
    ),
    "glue:startJobRun": Job(
        services.GLUE,
        Call("GetJobRun", {"JobName": "$.JobName", "RunId": "JobRunId"}),
        "JobRun",
        "JobRunState",
        _states("SUCCEEDED"),
        _states("FAILED STOPPED TIMEOUT ERROR"),
        Call("BatchStopJobRun", {"JobName": "$.JobName", "JobRunIds": "[JobRunId]"}),
    ),
    "mediaconvert:createJob": Job(
        services.MEDIACONVERT,
        Call("GetJob", {"Id": "Job.Id"}),
        "",
        "Job.Status",
        _states("COMPLETE"),
        _states("ERROR CANCELED"),
        Call("CancelJob", {"Id": "Job.Id"}),
    ),
    "sagemaker:createHyperParameterTuningJob": _sagemaker(
        "HyperParameterTuningJob", "HyperParameterTuningJob"
    ),
    "sagemaker:createLabelingJob": _sagemaker("LabelingJob", "LabelingJob"),
    "sagemaker:createProcessingJob": _sagemaker("ProcessingJob", "ProcessingJob"),
    "sagemaker:createTrainingJob": _sagemaker("TrainingJob", "TrainingJob"),
    "sagemaker:createTransformJob": _sagemaker("TransformJob", "TransformJob"),
}
