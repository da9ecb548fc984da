"""Fn::ImportValue: what another stack exports.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation


@intrinsic("Fn::ImportValue")
def import_value(evaluation: Evaluation, written: Any) -> str:
    """`{"Fn::ImportValue": "name"}`; the name may not depend on a resource."""
    name = evaluation.text(written, "Template error: the attribute in Fn::ImportValue must be a string.")
    evaluation.imported.add(name)
    return evaluation.environment.exported(name)
