"""Fn::FindInMap: a value of the Mappings section.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_THREE: Final = (
    "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the "
    "attribute for return value"
)


@intrinsic("Fn::FindInMap")
def find_in_map(evaluation: Evaluation, written: Any) -> Any:
    """`{"Fn::FindInMap": ["Map", "Key", "Attribute"]}`, with `{"DefaultValue": ...}` behind it."""
    if not isinstance(written, list) or len(written) not in (3, 4):
        raise TemplateError(_THREE)
    keys = [evaluation.text(each, _THREE) for each in written[:3]]
    found: Any = evaluation.template.mappings
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if found is not None:
        return found
    if len(written) == 4 and isinstance(written[3], dict) and "DefaultValue" in written[3]:
        return evaluation.value(written[3]["DefaultValue"])
    if keys[0] not in evaluation.template.mappings:
        raise TemplateError(
            f"Template error: Mapping named '{keys[0]}' is not present in the 'Mappings' section of template."
        )
    raise TemplateError(f"Template error: Unable to get mapping for {'::'.join(keys)}")
