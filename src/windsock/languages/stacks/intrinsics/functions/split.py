"""Fn::Split: a text taken apart.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-split.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_TWO: Final = (
    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string "
    "to be split or a function that returns a string to be split."
)


@intrinsic("Fn::Split")
def split(evaluation: Evaluation, written: Any) -> list[str]:
    """`{"Fn::Split": [",", "a,b"]}`."""
    if (
        not isinstance(written, list)
        or len(written) != 2
        or not isinstance(written[0], str)
        or not written[0]
    ):
        raise TemplateError(_TWO)
    return evaluation.text(written[1], _TWO).split(written[0])
