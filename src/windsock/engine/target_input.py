"""What a target receives: the event, a part of it, a constant, or what a transformer makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.kernel.clock import iso_seconds
from windsock.languages.templates import Transformer, select_path


def target_input(target: Mapping[str, Any], data: Mapping[str, Any], event: dict[str, Any], body: bytes) -> str:
    """The text to deliver, by the target's Input, InputPath or InputTransformer.

    `data` is the delivery's payload (rule, rule_name, ingested_ms); `body` the event's own text.
    """
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        path = target["InputPath"]
        return body.decode() if path == "$" else orjson.dumps(select_path(path, event)).decode()
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        rendered = Transformer.parse(transformer.get("InputPathsMap", {}), transformer["InputTemplate"])
        return rendered.render(
            event,
            {
                "aws.events.rule-arn": data["rule"],
                "aws.events.rule-name": data["rule_name"],
                "aws.events.event.ingestion-time": iso_seconds(data["ingested_ms"]),
            },
        )
    return body.decode()
