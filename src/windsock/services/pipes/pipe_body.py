"""What is kept of a pipe: what CreatePipe was given, with the batch size, changed by UpdatePipe.

An empty value removes an enrichment, a template or a filter; what was removed is not shown any more.
Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_UpdatePipe.html, and what the
tests of Terraform find at AWS: a pipe made without source parameters has a batch size, and a removed template
takes its parameters along.
https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/pipes/pipe_test.go
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.services.pipes.limits import BATCH_SIZE

_KEPT: Final = (
    "Description",
    "Source",
    "SourceParameters",
    "Enrichment",
    "EnrichmentParameters",
    "Target",
    "TargetParameters",
    "RoleArn",
    "LogConfiguration",
    "KmsKeyIdentifier",
)
_REMOVABLE: Final = ("Enrichment", "EnrichmentParameters", "TargetParameters")


def created(params: Mapping[str, Any]) -> dict[str, Any]:
    """The body of the pipe that CreatePipe makes."""
    return _tidy(_given(params))


def updated(body: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """A body with what UpdatePipe is given; of the source parameters, the blocks that are given."""
    source_parameters = {**body["SourceParameters"], **params.get("SourceParameters", {})}
    return _tidy({**body, **_given(params), "SourceParameters": source_parameters})


def read(text: str) -> dict[str, Any]:
    """The body kept as JSON; one of before batch sizes were kept gets its."""
    return _tidy(orjson.loads(text))


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    return {member: params[member] for member in _KEPT if member in params}


def _tidy(body: Mapping[str, Any]) -> dict[str, Any]:
    source_parameters = dict(body.get("SourceParameters", {}))
    if not source_parameters.get("FilterCriteria", {}).get("Filters"):
        source_parameters.pop("FilterCriteria", None)
    queue = source_parameters.get("SqsQueueParameters", {})
    tidied = {
        **body,
        "SourceParameters": {**source_parameters, "SqsQueueParameters": {"BatchSize": BATCH_SIZE, **queue}},
        "EnrichmentParameters": _without_empty_template(body.get("EnrichmentParameters", {})),
        "TargetParameters": _without_empty_template(body.get("TargetParameters", {})),
    }
    return {member: value for member, value in tidied.items() if value or member not in _REMOVABLE}


def _without_empty_template(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != "InputTemplate" or value}
