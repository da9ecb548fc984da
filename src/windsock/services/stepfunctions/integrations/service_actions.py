"""Actions of services by name that are a call and no more: a row a service.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the pages below it
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.services.stepfunctions.integrations import named_services as services
from windsock.services.stepfunctions.sdk_calls import NamedService
from windsock.services.stepfunctions.sdk_shapes import capitalized
from windsock.services.stepfunctions.work import Integration, Work, integration

# By how Resources name the service. An action is the operation in camel case.
_ACTIONS: Final[Mapping[str, tuple[NamedService, tuple[str, ...]]]] = {
    "athena": (services.ATHENA, ("stopQueryExecution", "getQueryExecution", "getQueryResults")),
    "codebuild": (
        services.CODEBUILD,
        (
            *("stopBuild", "batchDeleteBuilds", "batchGetReports"),
            *("stopBuildBatch", "retryBuildBatch", "deleteBuildBatch"),
        ),
    ),
    "dynamodb": (services.DYNAMODB, ("getItem", "putItem", "updateItem", "deleteItem")),
    "emr-containers": (services.EMR_CONTAINERS, ("createVirtualCluster",)),
    "sagemaker": (
        services.SAGEMAKER,
        ("createEndpoint", "createEndpointConfig", "createModel", "updateEndpoint"),
    ),
}
_SERVICES: Final = {
    f"{name}:{action}": service for name, (service, actions) in _ACTIONS.items() for action in actions
}


@integration
class ServiceAction(Integration):
    """Calls the operation that the resource names."""

    resources = tuple(_SERVICES)

    async def request(self, work: Work) -> Any:
        service = _SERVICES[self.resource]
        answer = await service.call(work, capitalized(work.resource.operation), work.arguments)
        return service.with_metadata(work, answer)
