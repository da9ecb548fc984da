"""The services that Step Functions calls in a way of its own, and whether a task's Resource can be called.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from windsock.languages.asl.diagnostics.walk import KnowsAction, Node
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.resources import Resource

_SDK: Final = "aws-sdk:"
_JOB: Final = "sync"
_JOB_2: Final = "sync:2"
_CALLBACK: Final = "waitForTaskToken"


def _actions(names: str, *patterns: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(names.split(), patterns)


_OPTIMIZED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "apigateway": _actions("invoke", _CALLBACK),
    "athena": {
        **_actions("startQueryExecution", _JOB),
        **_actions("stopQueryExecution getQueryExecution getQueryResults"),
    },
    "batch": _actions("submitJob", _JOB),
    "bedrock": {**_actions("invokeModel"), **_actions("createModelCustomizationJob", _JOB)},
    "codebuild": {
        **_actions("startBuild startBuildBatch", _JOB),
        **_actions("stopBuild batchDeleteBuilds batchGetReports"),
        **_actions("stopBuildBatch retryBuildBatch deleteBuildBatch"),
    },
    "databrew": _actions("startJobRun", _JOB),
    "dynamodb": _actions("getItem putItem updateItem deleteItem"),
    "ecs": _actions("runTask", _JOB, _CALLBACK),
    "eks": {
        **_actions("createCluster deleteCluster createNodegroup deleteNodegroup runJob", _JOB),
        **_actions("createFargateProfile deleteFargateProfile", _JOB),
        **_actions("call"),
    },
    "elasticmapreduce": {
        **_actions("createCluster terminateCluster addStep", _JOB),
        **_actions("cancelStep setClusterTerminationProtection"),
        **_actions("modifyInstanceFleetByName modifyInstanceGroupByName"),
    },
    "emr-containers": {
        **_actions("startJobRun deleteVirtualCluster", _JOB),
        **_actions("createVirtualCluster"),
    },
    "emr-serverless": {
        **_actions("createApplication deleteApplication startApplication stopApplication", _JOB),
        **_actions("startJobRun cancelJobRun", _JOB),
    },
    "events": _actions("putEvents", _CALLBACK),
    "glue": _actions("startJobRun", _JOB),
    "http": _actions("invoke"),
    "lambda": _actions("invoke", _CALLBACK),
    "mediaconvert": _actions("createJob", _JOB),
    "sagemaker": {
        **_actions("createTrainingJob createTransformJob createHyperParameterTuningJob", _JOB),
        **_actions("createLabelingJob createProcessingJob", _JOB),
        **_actions("createEndpoint createEndpointConfig createModel updateEndpoint"),
    },
    "sns": _actions("publish", _CALLBACK),
    "sqs": _actions("sendMessage", _CALLBACK),
    "states": _actions("startExecution", _JOB, _JOB_2, _CALLBACK),
}
"""The actions of each service, with the patterns they support beside request and response."""


def resource_of(node: Node) -> Resource | None:
    """The resource of a task; None for another object, and when it is none."""
    if node.shape.name != "Task":
        return None
    try:
        return Resource.parse(node.value.get("Resource"))
    except DefinitionError:
        return None


def is_known(resource: Resource, knows_action: KnowsAction | None) -> bool:
    """Whether there is such an action, and whether it can be waited for in this way."""
    if not resource.type:
        return True
    action, pattern = resource.operation, resource.pattern
    if resource.type.startswith(_SDK):
        is_there = knows_action is None or knows_action(resource.type.removeprefix(_SDK), action)
        return is_there and pattern in ("", _CALLBACK)
    patterns = _OPTIMIZED.get(resource.type, {}).get(action)
    return patterns is not None and pattern in ("", *patterns)
