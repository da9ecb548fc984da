"""What a target receives: the event, a part of it, a constant, or what a transformer makes of it.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from windsock.engine.targets import Arrived, TargetError
from windsock.kernel.clock import iso_seconds
from windsock.languages.templates import MISSING, Transformer, TransformFailed, select_path
from windsock.languages.values import to_json


def target_input(target: Mapping[str, Any], data: Mapping[str, Any], arrived: Arrived) -> str:
    """The text to deliver, by the target's Input, InputPath or InputTransformer.

    `data` is the delivery's payload (rule, rule_name, ingested_ms). An InputPath that leads nowhere gives
    `null`. Raises TargetError for a template that gives no JSON.
    """
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        path = target["InputPath"]
        return arrived.body.decode() if path == "$" else _json(select_path(path, arrived.exact))
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], data, arrived.exact)
    return arrived.body.decode()


def _transformed(transformer: Mapping[str, Any], data: Mapping[str, Any], event: dict[str, Any]) -> str:
    paths = tuple(sorted(transformer.get("InputPathsMap", {}).items()))
    reserved = {
        "aws.events.rule-arn": data["rule"],
        "aws.events.rule-name": data["rule_name"],
        "aws.events.event.ingestion-time": iso_seconds(data["ingested_ms"]),
    }
    try:
        return _parsed(paths, transformer["InputTemplate"]).render(event, reserved)
    except TransformFailed as failure:
        raise TargetError("INVALID_JSON", str(failure), retryable=False) from failure


@functools.lru_cache(maxsize=1024)
def _parsed(paths: tuple[tuple[str, str], ...], template: str) -> Transformer:
    return Transformer.parse(dict(paths), template)


def _json(value: Any) -> str:
    return "null" if value is MISSING else to_json(value)
