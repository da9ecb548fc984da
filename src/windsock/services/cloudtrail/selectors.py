"""Which events a trail is for: event selectors, basic and advanced.

A trail without selectors is for all management events and no data events.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from windsock.services.cloudtrail.records import Record

DEFAULT_SELECTORS: Final[Mapping[str, Any]] = {
    "EventSelectors": [
        {
            "ReadWriteType": "All",
            "IncludeManagementEvents": True,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }
    ]
}

_COLONS_OF_SERVICE: Final = 2
_OBJECTS: Final = "arn:aws:s3:::"

Selectors = Mapping[str, Any]
"""`{"EventSelectors": [...]}` or `{"AdvancedEventSelectors": [...]}`, as PutEventSelectors takes them."""


def selects(selectors: Selectors, record: Record) -> bool:
    """Whether an event is one of those that the selectors are for."""
    if "AdvancedEventSelectors" in selectors:
        each_resource = [_fields(record, arn) for arn in record.data_arns or ("",)]
        return any(
            all(_holds(condition, fields) for condition in selector["FieldSelectors"])
            for selector in selectors["AdvancedEventSelectors"]
            for fields in each_resource
        )
    return any(_is_for(selector, record) for selector in selectors["EventSelectors"])


def wants_data(selectors: Selectors) -> bool:
    """Whether any data event could be selected."""
    if "AdvancedEventSelectors" in selectors:
        return any(
            condition["Field"] == "eventCategory" and "Data" in condition.get("Equals", ())
            for selector in selectors["AdvancedEventSelectors"]
            for condition in selector["FieldSelectors"]
        )
    return any(selector.get("DataResources") for selector in selectors["EventSelectors"])


def _is_for(selector: Mapping[str, Any], record: Record) -> bool:
    form = record.form
    wanted = selector.get("ReadWriteType", "All")
    if wanted != "All" and (wanted == "ReadOnly") != form.read_only:
        return False
    if form.data_type is None:
        excluded = selector.get("ExcludeManagementEventSources") or ()
        return selector.get("IncludeManagementEvents", True) and form.source not in excluded
    return any(
        resource["Type"] == form.data_type and _means(value, arn)
        for resource in selector.get("DataResources") or ()
        for value in resource.get("Values") or ()
        for arn in record.data_arns
    )


def _means(value: str, arn: str) -> bool:
    """Whether a value of a basic selector means a resource.

    `arn:aws:lambda` means all of a service; objects are meant by how theirs begin, others by all of it.
    """
    whole_service = value.count(":") == _COLONS_OF_SERVICE
    return arn.startswith(value) if whole_service or value.startswith(_OBJECTS) else arn == value


def _fields(record: Record, data_arn: str) -> Mapping[str, str]:
    form = record.form
    identity = orjson.loads(record.body)["userIdentity"]
    return {
        "readOnly": str(form.read_only).lower(),
        "eventSource": form.source,
        "eventName": form.name,
        "eventCategory": "Management" if form.data_type is None else "Data",
        "eventType": form.event_type,
        "resources.type": form.data_type or "",
        "resources.ARN": data_arn,
        "userIdentity.arn": identity.get("arn", ""),
        "sessionCredentialFromConsole": "false",
    }


def _holds(condition: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
    value = fields.get(condition["Field"], "")
    return all(
        test(value, condition[operator]) for operator, test in OPERATORS.items() if condition.get(operator)
    )


OPERATORS: Final[Mapping[str, Callable[[str, Sequence[str]], bool]]] = {
    "Equals": lambda value, listed: value in listed,
    "StartsWith": lambda value, listed: value.startswith(tuple(listed)),
    "EndsWith": lambda value, listed: value.endswith(tuple(listed)),
    "NotEquals": lambda value, listed: value not in listed,
    "NotStartsWith": lambda value, listed: not value.startswith(tuple(listed)),
    "NotEndsWith": lambda value, listed: not value.endswith(tuple(listed)),
}
"""Each is given the value of a field and the list that a condition names."""
