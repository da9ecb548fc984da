"""Parameters that must be given: SQS says so in words of its own.

Source: "MissingParameter", https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Params
from windsock.services.sqs.errors import MissingParameter


def required(params: Params, name: str) -> Any:
    """The value of a parameter; raises MissingParameter if there is none, or an empty one."""
    value = params.get(name)
    if value is None or value in ("", [], {}):
        raise MissingParameter(name)
    return value
