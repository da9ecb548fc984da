"""Condition: whether another condition holds.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation


@intrinsic("Condition")
def condition(evaluation: Evaluation, written: Any) -> Any:
    """`{"Condition": "Name"}` within a condition. In a policy it is a member like any other."""
    if isinstance(written, str):
        return evaluation.holds(written)
    return {"Condition": evaluation.value(written)}
