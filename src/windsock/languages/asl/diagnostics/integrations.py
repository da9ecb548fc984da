"""What the Resource of a task means, and the services that Step Functions calls in a way of its own.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

_ARN: Final = re.compile(r"arn:[^:\s]+:(?P<service>lambda|states):(?P<region>[^:\s]*):[^:\s]*:(?P<rest>\S+)")
_INTEGRATION: Final = re.compile(
    r"(?P<service>aws-sdk:\w+|[\w-]+):(?P<action>\w+)(?P<pattern>\.sync(?::2)?|\.waitForTaskToken)?"
)

_SDK = "aws-sdk:"
_JOB, _CALLBACK, _JOB_2 = ".sync", ".waitForTaskToken", ".sync:2"


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


@dataclass(frozen=True, slots=True)
class Resource:
    """The Resource of a task. `service` is empty for functions and activities; `aws-sdk:sqs` for an SDK's."""

    arn: str
    is_activity: bool = False
    service: str = ""
    action: str = ""
    pattern: str = ""

    @classmethod
    def parse(cls, arn: object) -> Resource | None:
        """The resource that a text names, or None when it is no such ARN."""
        match = _ARN.fullmatch(arn) if isinstance(arn, str) else None
        if match is None:
            return None
        if match["service"] == "lambda" or match["rest"].startswith("activity:"):
            return cls(match[0], is_activity=match["service"] == "states")
        integration = _INTEGRATION.fullmatch(match["rest"])
        if match["region"] or integration is None:
            return None
        service, action, pattern = integration.group("service", "action", "pattern")
        return cls(match[0], False, service, action, pattern or "")

    def is_known(self, knows_action: Callable[[str, str], bool] | None) -> bool:
        """Whether there is such an action, and whether it can be called in this way."""
        if not self.service:
            return True
        if self.service.startswith(_SDK):
            is_there = knows_action is None or knows_action(self.service.removeprefix(_SDK), self.action)
            return is_there and self.pattern in ("", _CALLBACK)
        patterns = _OPTIMIZED.get(self.service, {}).get(self.action)
        return patterns is not None and self.pattern in ("", *patterns)
