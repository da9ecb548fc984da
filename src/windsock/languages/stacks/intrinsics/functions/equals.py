"""Fn::Equals: whether two values are the same.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic
from windsock.languages.stacks.template import text_of

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_TWO: Final = "Template error: every Fn::Equals object requires a list of 2 string parameters."


@intrinsic("Fn::Equals")
def equals(evaluation: Evaluation, written: Any) -> bool:
    """`{"Fn::Equals": [one, other]}`; scalars are compared as text."""
    if not isinstance(written, list) or len(written) != 2:
        raise TemplateError(_TWO)
    one, other = (evaluation.value(each) for each in written)
    if isinstance(one, (dict, list)) or isinstance(other, (dict, list)):
        return bool(one == other)
    return text_of(one) == text_of(other)
