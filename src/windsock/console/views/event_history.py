"""Event history: the calls of the last 90 days as CloudTrail tells them, and one of them whole.

As in AWS's console, calls that only read are left out unless they are asked for.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-console.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.console.view_marks import view
from windsock.console.visits import Visit

_PAGE: Final = 25
# What LookupEvents takes, and what people call it.
_ATTRIBUTES: Final = {
    "ReadOnly": "Read-only (true or false)",
    "EventName": "Event name",
    "EventSource": "Event source",
    "Username": "User name",
    "ResourceName": "Resource name",
    "ResourceType": "Resource type",
    "AccessKeyId": "AWS access key",
    "EventId": "Event ID",
}


@view("Event history", regional=True)
async def event_history(visit: Visit) -> Mapping[str, Any]:
    """A page of events by one attribute, or one event."""
    attribute, value = visit.query.get("attribute", "ReadOnly"), visit.query.get("value", "false").strip()
    if attribute not in _ATTRIBUTES:
        attribute, value = "ReadOnly", "false"
    found = await visit.call("cloudtrail", "LookupEvents", _lookup(visit, attribute, value))
    events = list(map(_shown, found["Events"]))
    return {
        "events": events,
        "whole": events[0] if attribute == "EventId" and events else None,
        "attributes": _ATTRIBUTES,
        "attribute": attribute,
        "value": value,
        "further": found.get("NextToken", ""),
        "is_first": "after" not in visit.query,
    }


def _shown(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event with its record read, who caused it, and what went wrong if something did."""
    told = orjson.loads(event["CloudTrailEvent"])
    return {
        **event,
        "told": told,
        "who": event.get("Username") or told["userIdentity"].get("invokedBy", ""),
        "failed": told.get("errorCode") or ("failed" if "errorMessage" in told else ""),
        "message": told.get("errorMessage", ""),
    }


def _lookup(visit: Visit, attribute: str, value: str) -> dict[str, Any]:
    params: dict[str, Any] = {"MaxResults": _PAGE}
    if value:
        params["LookupAttributes"] = [{"AttributeKey": attribute, "AttributeValue": value}]
    if visit.query.get("after"):
        params["NextToken"] = visit.query["after"]
    return params
