"""What happens to a batch between source and target: filters, enrichment, templates.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.engine import Engine
from windsock.engine.targets import TargetError
from windsock.kernel.arns import Arn
from windsock.kernel.clock import iso_seconds
from windsock.languages.templates import PipeTemplate, TransformFailed
from windsock.languages.values import from_json, to_json
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.enrichments import ENRICHMENTS
from windsock.services.pipes.records import Record, decoded
from windsock.services.pipes.target_kinds import Outgoing


async def outgoing(engine: Engine, pipe: PipeDefinition, records: list[Record], cause: str) -> list[Outgoing]:
    """The events for the target that records come to; none where the enrichment leaves nothing.

    Raises AwsError or TargetError.
    """
    events: list[Any] = list(records)
    if pipe.enrichment is not None:
        texts = [_rendered(engine, pipe, pipe.enrichment_template, event) for event in events]
        events = await _enriched(engine, pipe, pipe.enrichment, texts, cause)
    return [
        Outgoing(decoded(event), _rendered(engine, pipe, pipe.target_template, event)) for event in events
    ]


def _rendered(engine: Engine, pipe: PipeDefinition, template: PipeTemplate | None, event: Any) -> str:
    if template is None:
        return event if isinstance(event, str) else to_json(event)
    inside = decoded(event)
    reserved = pipe.reserved(event, inside, iso_seconds(engine.clock.now_ms()))
    try:
        return template.render(inside, reserved)
    except TransformFailed as error:
        raise TargetError("INVALID_JSON", str(error), retryable=False) from error


async def _enriched(
    engine: Engine, pipe: PipeDefinition, arn: Arn, texts: list[str], cause: str
) -> list[Any]:
    enrichment = ENRICHMENTS[arn.service]
    payload = await enrichment.enrich(engine, pipe, arn, json_array(texts), cause)
    try:
        events = from_json(payload or b"null")
    except ValueError as error:
        raise TargetError("INVALID_JSON", f"The enrichment gave no JSON: {error}", retryable=True) from error
    if isinstance(events, list):
        return events
    # An empty answer means that there is nothing for the target to do.
    return [events] if events not in (None, {}, "") else []


def json_array(texts: list[str]) -> bytes:
    """Texts as one JSON array: those that are JSON as what they say, others as strings."""
    return b"[%b]" % b",".join(_as_json(text) for text in texts)


def _as_json(text: str) -> bytes:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return to_json(text).encode()
    return text.encode()
