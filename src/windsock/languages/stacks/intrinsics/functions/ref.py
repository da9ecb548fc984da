"""Ref: the value of a parameter, or the id of a resource.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_ONE: Final = "Template error: every Ref object must have a single String value."


@intrinsic("Ref")
def ref(evaluation: Evaluation, written: Any) -> Any:
    """`{"Ref": "Name"}`."""
    if not isinstance(written, str):
        raise TemplateError(_ONE)
    return evaluation.referred(written)
