"""What CreatePipe and UpdatePipe look at before they take a pipe.

What windsock cannot read from, or call, is refused here rather than failing when there is work.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.engine.engine import Engine
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.enrichments import ENRICHMENTS
from windsock.services.pipes.limits import BATCH_SIZE_FIFO, ENTRIES_AT_ONCE
from windsock.services.pipes.target_kinds import target_kind


def check_pipe(engine: Engine, scope: Scope, body: Mapping[str, Any]) -> None:
    """Raise ValidationError when a pipe, as it is kept, cannot be worked."""
    pipe = PipeDefinition.read(scope, "", body)
    _check_source(pipe, body["SourceParameters"])
    _check_enrichment(engine, pipe)
    kind = target_kind(pipe.target)
    if not engine.answers(kind.service, kind.operation):
        raise ValidationError(
            f"{pipe.target} cannot be a target: "
            f"windsock does not implement {kind.service}:{kind.operation} yet."
        )
    if kind.most is not None and pipe.batch_size > kind.most:
        raise ValidationError(f"The BatchSize is at most {kind.most} for target {pipe.target}.")
    kind.check(pipe)


def _check_source(pipe: PipeDefinition, parameters: Mapping[str, Any]) -> None:
    if pipe.source.service != "sqs":
        raise ValidationError(f"windsock does not read from {pipe.source.service} in pipes yet.")
    if pipe.source.region != pipe.scope.region:
        raise ValidationError(f"The source must be in region {pipe.scope.region}.")
    if pipe.source.resource.endswith(".fifo"):
        if pipe.batch_size > BATCH_SIZE_FIFO:
            raise ValidationError(f"The BatchSize of a FIFO queue is at most {BATCH_SIZE_FIFO}.")
        if pipe.window_ms:
            raise ValidationError("A FIFO queue has no MaximumBatchingWindowInSeconds.")
    if pipe.batch_size > ENTRIES_AT_ONCE and not pipe.window_ms:
        raise ValidationError(
            f"A BatchSize over {ENTRIES_AT_ONCE} needs a MaximumBatchingWindowInSeconds of at least 1."
        )
    others = [block for block in parameters if block not in ("FilterCriteria", "SqsQueueParameters")]
    if others:
        raise ValidationError(f"{others[0]} is not supported for source {pipe.source}.")


def _check_enrichment(engine: Engine, pipe: PipeDefinition) -> None:
    if pipe.enrichment is None:
        return
    enrichment = ENRICHMENTS.get(pipe.enrichment.service)
    if enrichment is None:
        raise ValidationError(f"windsock does not enrich with {pipe.enrichment.service} in pipes yet.")
    if not engine.answers(enrichment.service, enrichment.operation):
        raise ValidationError(f"windsock does not implement {enrichment.service}:{enrichment.operation} yet.")
