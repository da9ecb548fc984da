"""Events of databases are told, with the topics of those who subscribe to them.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from moto.rds.models import Event, EventSubscription, RDSBackend, rds_backends

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.observed import happened
from windsock.simulation.overlays.rds.event_kinds import EVENT_KINDS

_OF_METHODS: Final = {
    "delete_db_instance": "DB_INSTANCE_DELETE",
    "reboot_db_instance": "DB_INSTANCE_RESTART",
    "start_db_instance": "DB_INSTANCE_START",
    "stop_db_instance": "DB_INSTANCE_STOP",
}

_make_subscription = EventSubscription.__init__


def apply() -> None:
    """Change moto's classes."""
    Event.EVENT_MAP = {
        name: {"Categories": [kind.category], "Message": kind.message} for name, kind in EVENT_KINDS.items()
    }
    RDSBackend.add_event = add_event
    for method, event in _OF_METHODS.items():
        setattr(RDSBackend, method, _telling(getattr(RDSBackend, method), event))
    EventSubscription.__init__ = _subscription_made


def add_event(backend: RDSBackend, name: str, resource: Any, **values: Any) -> None:
    """Something happened to a database or snapshot; `values` are for the places in the message."""
    event = Event(name, resource)
    event.message = event.message.format(**values)
    backend.events.append(event)
    happened(
        "rds.event",
        backend.account_id,
        backend.region_name,
        id=EVENT_KINDS[name].id,
        source_type=event.source_type,
        source=event.source_identifier,
        arn=event.source_arn,
        message=event.message,
        categories=list(event.event_categories),
        topics=sorted(
            {each.sns_topic_arn for each in backend.event_subscriptions.values() if _takes(each, event)}
        ),
    )


@change("ModifyEventSubscription")
def modify_event_subscription(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Replace what is given."""
    subscription = _subscription(account, region, params)
    given = {
        "sns_topic_arn": params.get("SnsTopicArn"),
        "source_type": params.get("SourceType"),
        "event_categories": params.get("EventCategories"),
        "enabled": params.get("Enabled"),
    }
    vars(subscription).update({name: value for name, value in given.items() if value is not None})
    return _told(subscription)


@change("AddSourceIdentifierToSubscription")
def add_source_identifier(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Have one more source's events published."""
    subscription = _subscription(account, region, params)
    subscription.source_ids = [*subscription.source_ids, params["SourceIdentifier"]]
    return _told(subscription)


@change("RemoveSourceIdentifierFromSubscription")
def remove_source_identifier(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Have a source's events published no more."""
    subscription = _subscription(account, region, params)
    if params["SourceIdentifier"] not in subscription.source_ids:
        raise AwsError(f"Source {params['SourceIdentifier']} not found.", code="SourceNotFound", status=404)
    subscription.source_ids = [each for each in subscription.source_ids if each != params["SourceIdentifier"]]
    return _told(subscription)


def _takes(subscription: EventSubscription, event: Event) -> bool:
    return bool(
        subscription.enabled
        and subscription.source_type in (None, event.source_type)
        and (not subscription.source_ids or event.source_identifier in subscription.source_ids)
        and (
            not subscription.event_categories
            or set(subscription.event_categories) & set(event.event_categories)
        )
    )


def _subscription_made(subscription: EventSubscription, *args: Any, **kwargs: Any) -> None:
    _make_subscription(subscription, *args, **{"enabled": True, **kwargs})


def _telling(method: Callable[..., Any], event: str) -> Callable[..., Any]:
    def telling(backend: RDSBackend, *args: Any, **kwargs: Any) -> Any:
        database = method(backend, *args, **kwargs)
        database.add_event(event)
        return database

    return telling


def _subscription(account: str, region: str, params: dict[str, Any]) -> EventSubscription:
    found = rds_backends[account][region].event_subscriptions.get(params["SubscriptionName"])
    if found is None:
        name = params["SubscriptionName"]
        raise AwsError(f"Subscription {name} not found.", code="SubscriptionNotFound", status=404)
    return found


def _told(subscription: EventSubscription) -> dict[str, Any]:
    return {
        "EventSubscription": {
            "CustSubscriptionId": subscription.subscription_name,
            "SnsTopicArn": subscription.sns_topic_arn,
            "Status": subscription.status,
            "SourceType": subscription.source_type,
            "SourceIdsList": list(subscription.source_ids),
            "EventCategoriesList": list(subscription.event_categories),
            "Enabled": subscription.enabled,
            "EventSubscriptionArn": subscription.arn,
        }
    }
