"""Subscriptions to the events of replication tasks.

Source: https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateEventSubscription.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.dms.models import DatabaseMigrationServiceBackend, dms_backends

from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.simulation.child import event_history
from windsock.simulation.child.adjustments import change

Subscription = dict[str, Any]

_SUBSCRIPTIONS: Final = "windsock_subscriptions"


@change("CreateEventSubscription")
def create_event_subscription(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Have events published to a topic."""
    known, name = _known(account, region), params["SubscriptionName"]
    if name in known:
        raise AwsError(f"Subscription {name} already exists.", code="ResourceAlreadyExistsFault")
    known[name] = {
        "CustomerAwsId": account,
        "CustSubscriptionId": name,
        "SnsTopicArn": _topic(params["SnsTopicArn"]),
        "Status": "active",
        **({"SourceType": params["SourceType"]} if "SourceType" in params else {}),
        "SourceIdsList": list(params.get("SourceIds") or ()),
        "EventCategoriesList": list(params.get("EventCategories") or ()),
        "Enabled": params.get("Enabled", True),
    }
    return {"EventSubscription": known[name]}


@change("ModifyEventSubscription")
def modify_event_subscription(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Replace what is given."""
    subscription = _found(account, region, params["SubscriptionName"])
    if "SnsTopicArn" in params:
        subscription["SnsTopicArn"] = _topic(params["SnsTopicArn"])
    if "EventCategories" in params:
        subscription["EventCategoriesList"] = list(params["EventCategories"])
    subscription |= {name: params[name] for name in ("SourceType", "Enabled") if name in params}
    return {"EventSubscription": subscription}


@change("DeleteEventSubscription")
def delete_event_subscription(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Have events published no more."""
    subscription = _found(account, region, params["SubscriptionName"])
    del _known(account, region)[params["SubscriptionName"]]
    return {"EventSubscription": {**subscription, "Status": "deleting"}}


@change("DescribeEventSubscriptions")
def describe_event_subscriptions(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """All, or the one that is named."""
    if "SubscriptionName" in params:
        return {"EventSubscriptionsList": [_found(account, region, params["SubscriptionName"])]}
    return {"EventSubscriptionsList": list(_known(account, region).values())}


@change("DescribeEvents")
def describe_events(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """The events of replication tasks."""
    return event_history.find(dms_backends[account][region], params)


def topics(backend: DatabaseMigrationServiceBackend, task: str, category: str) -> list[str]:
    """The topics of those who subscribe to the events of a task, of a category."""
    known: dict[str, Subscription] = vars(backend).get(_SUBSCRIPTIONS, {})
    return sorted({each["SnsTopicArn"] for each in known.values() if _takes(each, task, category)})


def _takes(subscription: Subscription, task: str, category: str) -> bool:
    sources, categories = subscription["SourceIdsList"], subscription["EventCategoriesList"]
    return bool(
        subscription["Enabled"]
        and subscription.get("SourceType") in (None, "replication-task")
        and (not sources or task in sources)
        and (not categories or category in categories)
    )


def _topic(text: str) -> str:
    arn = parse_arn(text)
    if arn is None or arn.service != "sns":
        raise AwsError(f"The SNS topic {text} is invalid.", code="SNSInvalidTopicFault")
    return text


def _known(account: str, region: str) -> dict[str, Subscription]:
    known: dict[str, Subscription] = vars(dms_backends[account][region]).setdefault(_SUBSCRIPTIONS, {})
    return known


def _found(account: str, region: str, name: str) -> Subscription:
    subscription = _known(account, region).get(name)
    if subscription is None:
        raise AwsError(f"Subscription {name} not found.", code="ResourceNotFoundFault")
    return subscription
