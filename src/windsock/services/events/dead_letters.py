"""Which queues may take what could not be delivered: standard SQS queues of the rule's own region.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope


def check_dead_letters(scope: Scope, config: Mapping[str, Any] | None) -> None:
    """Raise ValidationError when a DeadLetterConfig (`{"Arn": ...}`, of a target or a bus) cannot be used."""
    given: str | None = config.get("Arn") if config else None
    if not given:
        return
    arn = parse_arn(given)
    if arn is None:
        raise ValidationError(
            f"Parameter {given} is not valid. Reason: Provided Arn is not in correct format."
        )
    if arn.service != "sqs":
        raise ValidationError(f"{arn.service} is not supported as a dead letter resource.")
    if arn.resource.endswith(".fifo"):
        raise ValidationError("SQS FIFO is not supported by Dead Letter Queues.")
    if arn.region != scope.region:
        raise ValidationError(
            f"Parameter {given} is not valid. Reason: The dead-letter queue must be in region {scope.region}."
        )
