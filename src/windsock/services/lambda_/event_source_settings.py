"""What an event source mapping of a queue may be set to.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.engine.operations import Params
from windsock.kernel.arns import Arn
from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.limits import SQS_BATCH_DEFAULT, SQS_BATCH_FIFO, SQS_BATCH_WITHOUT_WINDOW
from windsock.services.lambda_.record_filters import RecordFilters

_MEMBERS: Final = (
    "BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "FilterCriteria", "ScalingConfig",
    "KMSKeyArn", "MetricsConfig",
)  # fmt: skip
# Settings of streams and brokers, with what AWS says of them for a queue.
_NOT_FOR_QUEUES: Final = {
    "StartingPosition": "StartingPosition is not valid for SQS event sources.",
    "ParallelizationFactor": "Unsupported parameter for SQS event sources: ParallelizationFactor",
    "MaximumRecordAgeInSeconds": "Unsupported parameter for SQS event sources: MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError": "Unsupported parameter for SQS event sources: BisectBatchOnFunctionError",
    "MaximumRetryAttempts": "Unsupported parameter for SQS event sources: MaximumRetryAttempts",
    "TumblingWindowInSeconds": "Unsupported parameter for SQS event sources: TumblingWindowInSeconds",
}


def checked_settings(queue: Arn, kept: Mapping[str, Any], params: Params) -> dict[str, Any]:
    """`kept` with what is given in its place. Raises InvalidParameterValue."""
    for member, refusal in _NOT_FOR_QUEUES.items():
        if params.get(member) is not None:
            raise InvalidParameterValue(refusal)
    settings: dict[str, Any] = {
        "BatchSize": SQS_BATCH_DEFAULT,
        "MaximumBatchingWindowInSeconds": 0,
        **kept,
        **{member: params[member] for member in _MEMBERS if params.get(member) is not None},
    }
    for member in ("FilterCriteria", "ScalingConfig"):
        if not settings.get(member):
            settings.pop(member, None)
    _check_batch(queue, settings["BatchSize"], settings["MaximumBatchingWindowInSeconds"])
    RecordFilters(settings.get("FilterCriteria", {}))
    return settings


def _check_batch(queue: Arn, size: int, window: int) -> None:
    if queue.resource.endswith(".fifo"):
        if window:
            raise InvalidParameterValue("Batching window is not supported for FIFO queues")
        if size > SQS_BATCH_FIFO:
            raise InvalidParameterValue(
                f"The batch size of a FIFO queue cannot be greater than {SQS_BATCH_FIFO}."
            )
    elif size > SQS_BATCH_WITHOUT_WINDOW and not window:
        raise InvalidParameterValue(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than "
            f"{SQS_BATCH_WITHOUT_WINDOW}"
        )
