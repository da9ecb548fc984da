"""A pipe as its work needs it: ARNs taken apart, patterns and templates compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from windsock.engine.calls import Caller
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.languages.patterns import InvalidPattern, Pattern
from windsock.languages.patterns import parse as parse_pattern
from windsock.languages.templates import InvalidTemplate, PipeTemplate
from windsock.services.pipes import pipe_body
from windsock.services.pipes.names import SERVICE, pipe_arn


@dataclass(frozen=True, slots=True)
class PipeDefinition:
    """What a pipe does. `parameters` are the TargetParameters; `window_ms` is 0 without a batching window."""

    scope: Scope
    name: str
    arn: str
    source: Arn
    batch_size: int
    window_ms: int
    patterns: Sequence[Pattern]
    enrichment: Arn | None
    enrichment_template: PipeTemplate | None
    target: Arn
    target_template: PipeTemplate | None
    parameters: Mapping[str, Any]
    caller: Caller

    @classmethod
    def read(cls, scope: Scope, name: str, body: Mapping[str, Any]) -> PipeDefinition:
        """Read a pipe as it is kept. Raises ValidationError."""
        source_parameters = body["SourceParameters"]
        queue = source_parameters["SqsQueueParameters"]
        parameters = body.get("TargetParameters", {})
        enrichment = body.get("Enrichment")
        return cls(
            scope,
            name,
            pipe_arn(scope, name),
            _arn(body["Source"]),
            queue["BatchSize"],
            queue.get("MaximumBatchingWindowInSeconds", 0) * 1000,
            [_pattern(each) for each in source_parameters.get("FilterCriteria", {}).get("Filters", ())],
            _arn(enrichment) if enrichment else None,
            _template(body.get("EnrichmentParameters", {})),
            _arn(body["Target"]),
            _template(parameters),
            parameters,
            Caller.role(body["RoleArn"], scope.account, SERVICE, pipe_arn(scope, name)),
        )

    @classmethod
    def of_text(cls, scope: Scope, name: str, body: str) -> PipeDefinition:
        """The pipe kept as JSON."""
        return cls.read(scope, name, pipe_body.read(body))

    def reserved(self, event: Any, decoded: Any, ingested: str) -> dict[str, Any]:
        """The values of a template's reserved variables for one event."""
        return {
            "aws.pipes.pipe-arn": self.arn,
            "aws.pipes.pipe-name": self.name,
            "aws.pipes.source-arn": str(self.source),
            "aws.pipes.enrichment-arn": "" if self.enrichment is None else str(self.enrichment),
            "aws.pipes.target-arn": str(self.target),
            "aws.pipes.event.ingestion-time": ingested,
            "aws.pipes.event": event,
            "aws.pipes.event.json": decoded,
        }


def _arn(given: str) -> Arn:
    arn = parse_arn(given)
    if arn is None:
        raise ValidationError(f"{given} is not an ARN.")
    return arn


def _pattern(given: Mapping[str, str]) -> Pattern:
    try:
        return parse_pattern(given.get("Pattern", ""))
    except InvalidPattern as error:
        raise ValidationError(
            f"Invalid FilterCriteria: Event pattern is not valid. Reason: {error}"
        ) from error


def _template(parameters: Mapping[str, Any]) -> PipeTemplate | None:
    given = parameters.get("InputTemplate")
    if not given:
        return None
    try:
        return PipeTemplate.parse(given)
    except InvalidTemplate as error:
        raise ValidationError(f"Invalid InputTemplate: {error}") from error
