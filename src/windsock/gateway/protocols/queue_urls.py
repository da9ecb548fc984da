"""SQS's queue URLs: a query request sent to one means that queue.

Source: "Making Query API requests", https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from windsock.gateway.request import Request

if TYPE_CHECKING:
    from botocore.model import OperationModel

_QUEUE_PATH = re.compile(
    r"^/(?:queue/[a-z0-9-]+/)?(?P<account>\d{12})/(?P<name>[A-Za-z0-9_-]{1,80}(?:\.fifo)?)/?$"
)


def is_queue_path(path: str) -> bool:
    """Whether `path` is that of a queue URL: `/000000000000/name`."""
    return _QUEUE_PATH.match(path) is not None


def with_queue_url(operation: OperationModel, request: Request, parameters: dict[str, Any]) -> dict[str, Any]:
    """`parameters` with the QueueUrl that the path implies, if it is asked for and was not given."""
    shape = operation.input_shape
    if operation.service_model.service_name != "sqs" or shape is None or "QueueUrl" not in shape.members:
        return parameters
    if parameters.get("QueueUrl") or not is_queue_path(request.path):
        return parameters
    scheme = request.headers.get("x-forwarded-proto", "http")
    return {**parameters, "QueueUrl": f"{scheme}://{request.headers.get('host', 'localhost')}{request.path}"}
