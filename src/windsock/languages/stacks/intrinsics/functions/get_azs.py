"""Fn::GetAZs: the availability zones of a region.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation


@intrinsic("Fn::GetAZs")
def get_azs(evaluation: Evaluation, written: Any) -> list[str]:
    """`{"Fn::GetAZs": "us-east-1"}`; an empty text is the stack's own region."""
    region = evaluation.text(written, "Template error: Fn::GetAZs requires a region.")
    return list(evaluation.environment.zones(region or evaluation.environment.region))
