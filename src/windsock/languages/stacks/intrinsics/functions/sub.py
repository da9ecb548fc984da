"""Fn::Sub: a text with values in it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_WRONG: Final = (
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a "
    "string as first argument, and an optional second argument to specify a mapping of values to replace in "
    "the string"
)
# `${Name}`, `${Resource.Attribute}`, and `${!Literal}`, which stands for `${Literal}`.
PLACE: Final = re.compile(r"\$\{\s*(!?)\s*([^{}]*?)\s*\}")


@intrinsic("Fn::Sub")
def sub(evaluation: Evaluation, written: Any) -> str:
    """`{"Fn::Sub": "arn:aws:s3:::${Bucket}/*"}`, or `[text, {"Name": value}]`."""
    text, own = parts_of(written)

    def value_of(place: re.Match[str]) -> str:
        literal, name = place.groups()
        if literal:
            return "${" + name + "}"
        return evaluation.text(_meant(name, own), _WRONG)

    return PLACE.sub(value_of, text)


def parts_of(written: Any) -> tuple[str, dict[str, Any]]:
    """The text of a Sub and the values of its own. Raises TemplateError."""
    if isinstance(written, str):
        return written, {}
    if isinstance(written, list) and len(written) == 2:
        text, own = written
        if isinstance(text, str) and isinstance(own, dict):
            return text, own
    raise TemplateError(_WRONG)


def _meant(name: str, own: dict[str, Any]) -> Any:
    """What a name in the text stands for, as it could have been written."""
    if name in own:
        return own[name]
    if "." in name:
        return {"Fn::GetAtt": name.split(".", 1)}
    return {"Ref": name}
