"""Fn::ToJsonString: a value as JSON text.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ToJsonString.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation


@intrinsic("Fn::ToJsonString")
def to_json_string(evaluation: Evaluation, written: Any) -> str:
    """`{"Fn::ToJsonString": {...}}`, of the transform AWS::LanguageExtensions."""
    if not isinstance(written, (dict, list)):
        raise TemplateError("Template error: Fn::ToJsonString requires an object or an array.")
    return json.dumps(evaluation.value(written), separators=(",", ":"))
