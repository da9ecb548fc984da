"""Fn::Select: one element of a list.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-select.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_TWO: Final = (
    "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
)


@intrinsic("Fn::Select")
def select(evaluation: Evaluation, written: Any) -> Any:
    """`{"Fn::Select": ["0", ["a", "b"]]}`; the index may be text."""
    if not isinstance(written, list) or len(written) != 2:
        raise TemplateError(_TWO)
    index, elements = evaluation.text(written[0], _TWO), evaluation.value(written[1])
    if not isinstance(elements, list) or not index.lstrip("-").isdecimal():
        raise TemplateError(_TWO)
    if not 0 <= int(index) < len(elements):
        if isinstance(written[1], list):  # so that is seen in the template already
            raise TemplateError(_TWO)
        raise TemplateError(f"Template error: Fn::Select cannot select nonexistent value at index {index}")
    return elements[int(index)]
