"""Fn::Base64: a text in base 64.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-base64.html
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation


@intrinsic("Fn::Base64")
def base64(evaluation: Evaluation, written: Any) -> str:
    """`{"Fn::Base64": "text"}`."""
    text = evaluation.text(written, "Template error: every Fn::Base64 object must have a String-typed value.")
    return b64encode(text.encode()).decode()
