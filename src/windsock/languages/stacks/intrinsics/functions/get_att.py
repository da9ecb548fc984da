"""Fn::GetAtt: an attribute of a resource.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_TWO: Final = (
    "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the "
    "resource attribute"
)


@intrinsic("Fn::GetAtt")
def get_att(evaluation: Evaluation, written: Any) -> Any:
    """`{"Fn::GetAtt": ["Topic", "TopicName"]}`, or `Topic.TopicName` as one text."""
    parts = written.split(".", 1) if isinstance(written, str) else written
    if not isinstance(parts, list) or len(parts) < 2 or not all(parts) or not isinstance(parts[0], str):
        raise TemplateError(_TWO)
    # The name of an attribute may be computed, and may have come apart at its dots.
    name = ".".join(evaluation.text(part, _TWO) for part in parts[1:])
    return evaluation.attribute(parts[0], name)
