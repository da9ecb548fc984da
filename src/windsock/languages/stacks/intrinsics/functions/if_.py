"""Fn::If: one of two values, by a condition.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_THREE: Final = "Template error: Fn::If requires a list argument with three elements"


@intrinsic("Fn::If")
def if_(evaluation: Evaluation, written: Any) -> Any:
    """`{"Fn::If": ["Condition", then, otherwise]}`; the other value is not evaluated."""
    if not isinstance(written, list) or len(written) != 3 or not isinstance(written[0], str):
        raise TemplateError(_THREE)
    condition, then, otherwise = written
    return evaluation.value(then if evaluation.holds(condition, "Fn::If") else otherwise)
