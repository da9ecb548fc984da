"""Fn::Join: texts put together.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-join.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic
from windsock.languages.stacks.template import text_of

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_TWO: Final = (
    "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of "
    "strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
)


@intrinsic("Fn::Join")
def join(evaluation: Evaluation, written: Any) -> str:
    """`{"Fn::Join": [",", ["a", "b"]]}`."""
    if not isinstance(written, list) or len(written) != 2 or not isinstance(written[0], str):
        raise TemplateError(_TWO)
    parts = evaluation.value(written[1])
    if not isinstance(parts, list):
        raise TemplateError(_TWO)
    if any(isinstance(part, (dict, list)) for part in parts):
        raise TemplateError(_TWO)
    return written[0].join(map(text_of, parts))
