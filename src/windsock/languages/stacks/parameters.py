"""The values of a template's parameters: given, of before, or defaults; each within its bounds.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from windsock.languages.stacks.errors import ParameterError
from windsock.languages.stacks.template import Parameter, Template, text_of

_SSM: Final = "AWS::SSM::Parameter::Value<"
_LISTS: Final = ("List<", "AWS::SSM::Parameter::Value<List<", "CommaDelimitedList")


def given_texts(
    template: Template,
    given: Mapping[str, str],
    previous: Mapping[str, str],
    keep: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """The text of each parameter of a template: as given, of before for those to `keep`, or its default.

    Raises ParameterError for parameters that the template does not have, that have no value, or whose value
    breaks a constraint.
    """
    unknown = [name for name in (*given, *keep) if name not in template.parameters]
    if unknown:
        raise ParameterError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    texts: dict[str, str] = {}
    missing = []
    for name, parameter in template.parameters.items():
        text = previous.get(name) if name in keep else given.get(name, parameter.default)
        if text is None:
            missing.append(name)
        else:
            _check(parameter, text)
            texts[name] = text
    if missing:
        raise ParameterError(f"Parameters: [{', '.join(missing)}] must have values")
    return texts


def stored_parameters(template: Template, texts: Mapping[str, str]) -> dict[str, str]:
    """Of parameters whose type is a parameter of Systems Manager's: the name of that, by the parameter's."""
    return {
        name: texts[name]
        for name, parameter in template.parameters.items()
        if parameter.type.startswith(_SSM) and name in texts
    }


def values_of(
    template: Template, texts: Mapping[str, str], resolved: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What Ref gives of each parameter: a text, or a list of them. `resolved` is by Systems Manager."""
    found: dict[str, Any] = {}
    for name, text in texts.items():
        text = (resolved or {}).get(name, text)
        is_list = template.parameters[name].type.startswith(_LISTS)
        found[name] = [each.strip() for each in text.split(",")] if is_list else text
    return found


def _check(parameter: Parameter, text: str) -> None:
    bounds = parameter.declared
    broken = _broken(parameter, text)
    if broken is None:
        return
    described = bounds.get("ConstraintDescription")
    if described:
        raise ParameterError(f"Parameter {parameter.name} failed to satisfy constraint: {described}")
    raise ParameterError(f"Parameter '{parameter.name}' must {broken}")


def _broken(parameter: Parameter, text: str) -> str | None:
    """What a value must do that it does not, in CloudFormation's words; None for one that will do."""
    bounds = parameter.declared
    allowed = bounds.get("AllowedValues")
    elements = [each.strip() for each in text.split(",")] if parameter.type.startswith(_LISTS) else [text]
    if allowed is not None and not all(each in map(text_of, allowed) for each in elements):
        return "be one of AllowedValues"
    if "Number" in parameter.type:
        return next(filter(None, (_broken_number(bounds, each) for each in elements)), None)
    pattern = bounds.get("AllowedPattern")
    if pattern is not None and re.fullmatch(str(pattern), text) is None:
        return f"match pattern {pattern}"
    if "MinLength" in bounds and len(text) < int(bounds["MinLength"]):
        return f"contain at least {bounds['MinLength']} characters"
    if "MaxLength" in bounds and len(text) > int(bounds["MaxLength"]):
        return f"contain at most {bounds['MaxLength']} characters"
    return None


def _broken_number(bounds: Mapping[str, Any], text: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return "be a number"
    if not math.isfinite(number):
        return "be a number"
    if "MinValue" in bounds and number < float(bounds["MinValue"]):
        return f"be a number not less than {text_of(bounds['MinValue'])}"
    if "MaxValue" in bounds and number > float(bounds["MaxValue"]):
        return f"be a number not greater than {text_of(bounds['MaxValue'])}"
    return None
