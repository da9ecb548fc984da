"""Fn::Length: how many elements a list has.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-length.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation


@intrinsic("Fn::Length")
def length(evaluation: Evaluation, written: Any) -> int:
    """`{"Fn::Length": [...]}`, of the transform AWS::LanguageExtensions."""
    elements = evaluation.value(written)
    if not isinstance(elements, list):
        raise TemplateError("Template error: Fn::Length requires a list.")
    return len(elements)
