"""Which event selectors a trail may be given.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html and
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from windsock.engine.operations import Params
from windsock.services.cloudtrail.errors import InvalidEventSelectors
from windsock.services.cloudtrail.limits import (
    ADVANCED_CONDITIONS_PER_TRAIL,
    DATA_RESOURCES_PER_TRAIL,
    EVENT_SELECTORS_PER_TRAIL,
)
from windsock.services.cloudtrail.selectors import OPERATORS, Selectors

_BASIC_TYPES: Final = ("AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::S3::Object")
_EXCLUDABLE: Final = ("kms.amazonaws.com", "rdsdata.amazonaws.com")
_CATEGORY: Final = "eventCategory"
# The fields of each category of a trail's events: those that must be given, and those that may.
_FIELDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "Management": ((), ("eventSource", "readOnly")),
    "Data": (
        ("resources.type",),
        (
            "eventName",
            "eventSource",
            "eventType",
            "readOnly",
            "resources.ARN",
            "sessionCredentialFromConsole",
            "userIdentity.arn",
        ),
    ),
    "NetworkActivity": (("eventSource",), ("eventName", "errorCode", "vpcEndpointId", "userIdentity.arn")),
}
_EQUALS_ONLY: Final = frozenset({_CATEGORY, "readOnly", "resources.type"})
_TYPE: Final = re.compile(r"AWS::\w+::\w+")


def checked(params: Params) -> Selectors:
    """The selectors of a PutEventSelectors, as they are kept. Raises InvalidEventSelectors."""
    basic, advanced = params.get("EventSelectors"), params.get("AdvancedEventSelectors")
    if bool(basic) == bool(advanced):
        raise InvalidEventSelectors("Specify either EventSelectors or AdvancedEventSelectors, and not both.")
    if advanced:
        return {"AdvancedEventSelectors": _advanced(advanced)}
    return {"EventSelectors": _basic(params["EventSelectors"])}


def _basic(selectors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if len(selectors) > EVENT_SELECTORS_PER_TRAIL:
        raise InvalidEventSelectors(f"A trail has at most {EVENT_SELECTORS_PER_TRAIL} event selectors.")
    resources = [each for selector in selectors for each in selector.get("DataResources", ())]
    for resource in resources:
        if resource.get("Type") not in _BASIC_TYPES:
            raise InvalidEventSelectors(f"The type of a data resource is one of {', '.join(_BASIC_TYPES)}.")
        if not all(value.startswith("arn:") for value in resource.get("Values", ())):
            raise InvalidEventSelectors("The values of a data resource are ARNs or begin as ARNs do.")
    if sum(len(resource.get("Values", ())) for resource in resources) > DATA_RESOURCES_PER_TRAIL:
        raise InvalidEventSelectors(f"A trail has at most {DATA_RESOURCES_PER_TRAIL} data resources.")
    for selector in selectors:
        if not set(selector.get("ExcludeManagementEventSources", ())) <= set(_EXCLUDABLE):
            raise InvalidEventSelectors(f"Only {' and '.join(_EXCLUDABLE)} can be excluded.")
    return [
        {
            "ReadWriteType": selector.get("ReadWriteType", "All"),
            "IncludeManagementEvents": selector.get("IncludeManagementEvents", True),
            "DataResources": selector.get("DataResources", []),
            "ExcludeManagementEventSources": selector.get("ExcludeManagementEventSources", []),
        }
        for selector in selectors
    ]


def _advanced(selectors: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    conditions = [condition for selector in selectors for condition in selector["FieldSelectors"]]
    values = sum(len(condition.get(name, ())) for condition in conditions for name in OPERATORS)
    if values > ADVANCED_CONDITIONS_PER_TRAIL:
        raise InvalidEventSelectors(f"A trail has at most {ADVANCED_CONDITIONS_PER_TRAIL} conditions.")
    for selector in selectors:
        fields = {each["Field"]: each for each in selector["FieldSelectors"]}
        if len(fields) < len(selector["FieldSelectors"]):
            raise InvalidEventSelectors("A field may be there once only in an advanced event selector.")
        _check_fields(fields)
    return list(selectors)


def _check_fields(conditions: Mapping[str, Mapping[str, Any]]) -> None:
    if _CATEGORY not in conditions:
        raise InvalidEventSelectors("Each advanced event selector must name an eventCategory.")
    for field, condition in conditions.items():
        _check_operators(field, condition)
    categories = conditions[_CATEGORY]["Equals"]
    if len(categories) != 1 or categories[0] not in _FIELDS:
        raise InvalidEventSelectors(f"The eventCategory equals one of {', '.join(_FIELDS)}.")
    required, optional = _FIELDS[categories[0]]
    for field in required:
        if field not in conditions:
            raise InvalidEventSelectors(f"The field {field} is required for {categories[0]} events.")
    for field in conditions.keys() - {_CATEGORY, *required, *optional}:
        raise InvalidEventSelectors(f"The field {field} is not supported for {categories[0]} events.")
    _check_values(conditions)


def _check_operators(field: str, condition: Mapping[str, Any]) -> None:
    used = [name for name in OPERATORS if condition.get(name)]
    if not used:
        raise InvalidEventSelectors(f"The field {field} needs an operator with a value.")
    if field in _EQUALS_ONLY and used != ["Equals"]:
        raise InvalidEventSelectors(f"The field {field} takes Equals only.")


def _check_values(conditions: Mapping[str, Mapping[str, Any]]) -> None:
    if "readOnly" in conditions and not set(conditions["readOnly"]["Equals"]) <= {"true", "false"}:
        raise InvalidEventSelectors("The field readOnly equals true or false.")
    types = conditions.get("resources.type", {}).get("Equals", ())
    if len(types) > 1 or not all(map(_TYPE.fullmatch, types)):
        raise InvalidEventSelectors("The field resources.type equals one type of resource.")
