"""Who is told of which events.

Source: https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateEventSubscription.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.core.utils import utcnow
from moto.redshift.models import redshift_backends

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.overlays.redshift.event_kinds import EVENT_KINDS, SEVERITY, SOURCE_TYPE

Params = dict[str, Any]

_CATEGORIES: Final = frozenset({"configuration", "management", "monitoring", "security", "pending"})
_MEMBERS: Final = {
    "SnsTopicArn": "SnsTopicArn",
    "SourceType": "SourceType",
    "SourceIds": "SourceIdsList",
    "EventCategories": "EventCategoriesList",
    "Severity": "Severity",
    "Enabled": "Enabled",
}
_AT_ONCE: Final = 100


@change("CreateEventSubscription")
def create_event_subscription(account: str, region: str, params: Params) -> Params:
    """Have a topic told of events."""
    name, kept = params["SubscriptionName"], _kept(account, region)
    if name in kept:
        raise AwsError(f"Subscription {name} already exists.", code="SubscriptionAlreadyExist")
    _check(params)
    kept[name] = {
        "CustomerAwsId": account,
        "CustSubscriptionId": name,
        "Status": "active",
        "SubscriptionCreationTime": utcnow(),
        "SourceIdsList": [],
        "EventCategoriesList": [],
        "Severity": SEVERITY,
        "Enabled": True,
        "Tags": params.get("Tags") or [],
        **_given(params),
    }
    return {"EventSubscription": kept[name]}


@change("ModifyEventSubscription")
def modify_event_subscription(account: str, region: str, params: Params) -> Params:
    """Replace what is given."""
    found = _subscription(account, region, params)
    _check(params)
    found.update(_given(params))
    return {"EventSubscription": found}


@change("DeleteEventSubscription")
def delete_event_subscription(account: str, region: str, params: Params) -> None:
    """Tell a topic no more."""
    _subscription(account, region, params)
    del _kept(account, region)[params["SubscriptionName"]]


@change("DescribeEventSubscriptions")
def describe_event_subscriptions(account: str, region: str, params: Params) -> Params:
    """One subscription, or all."""
    if params.get("SubscriptionName"):
        return {"EventSubscriptionsList": [_subscription(account, region, params)]}
    found = [each for each in _kept(account, region).values() if _has_tags(each, params)]
    first, most = int(params.get("Marker") or 0), params.get("MaxRecords") or _AT_ONCE
    more = {"Marker": str(first + most)} if len(found) > first + most else {}
    return {"EventSubscriptionsList": found[first : first + most], **more}


@change("DescribeEventCategories")
def describe_event_categories(_account: str, _region: str, params: Params) -> Params:
    """The events that simulated clusters have."""
    if params.get("SourceType", SOURCE_TYPE) != SOURCE_TYPE:
        return {"EventCategoriesMapList": []}
    values = {"cluster": "<cluster name>", "time": "<time in UTC>"}
    events = [
        {
            "EventId": kind.id,
            "EventCategories": [kind.category],
            "EventDescription": kind.message.format_map(values),
            "Severity": SEVERITY,
        }
        for kind in EVENT_KINDS.values()
    ]
    return {"EventCategoriesMapList": [{"SourceType": SOURCE_TYPE, "Events": events}]}


def topics_for(account: str, region: str, cluster: str, category: str) -> list[str]:
    """The topics that are told of such an event of a cluster."""
    return sorted(
        {
            each["SnsTopicArn"]
            for each in _kept(account, region).values()
            if each["Enabled"]
            and each["Severity"] == SEVERITY
            and each.get("SourceType", SOURCE_TYPE) == SOURCE_TYPE
            and cluster in (each["SourceIdsList"] or [cluster])
            and category in (each["EventCategoriesList"] or [category])
        }
    )


def _given(params: Params) -> Params:
    given = {member: params[name] for name, member in _MEMBERS.items() if params.get(name) is not None}
    if "EventCategoriesList" in given:
        given["EventCategoriesList"] = [each.lower() for each in given["EventCategoriesList"]]
    return given


def _check(params: Params) -> None:
    for category in params.get("EventCategories") or ():
        if category.lower() not in _CATEGORIES:
            raise AwsError(
                f"The event category {category} is not valid.",
                code="SubscriptionCategoryNotFound",
                status=404,
            )
    if params.get("Severity") not in (None, "INFO", "ERROR"):
        raise AwsError(
            f"The severity {params['Severity']} is not valid.",
            code="SubscriptionSeverityNotFound",
            status=404,
        )


def _has_tags(subscription: Params, params: Params) -> bool:
    keys, values = params.get("TagKeys") or (), params.get("TagValues") or ()
    if not keys and not values:
        return True
    return any(tag["Key"] in keys or tag.get("Value") in values for tag in subscription["Tags"])


def _subscription(account: str, region: str, params: Params) -> Params:
    found = _kept(account, region).get(params["SubscriptionName"])
    if found is None:
        name = params["SubscriptionName"]
        raise AwsError(f"Subscription {name} not found.", code="SubscriptionNotFound", status=404)
    return found


def _kept(account: str, region: str) -> dict[str, Params]:
    kept: dict[str, Params] = vars(redshift_backends[account][region]).setdefault("subscriptions", {})
    return kept
