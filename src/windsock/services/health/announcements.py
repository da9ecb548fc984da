"""Putting an event in: what AWS's own operators do there, an operator of windsock does here.

The event is given as EventBridge delivers it. It is kept for Health's API and announced on the account's
default bus as `aws.health`; put again under the same ARN it is an update.
Source: https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.ids import token
from windsock.services.health import event_rows
from windsock.services.health.errors import InvalidHealthEvent
from windsock.services.health.moments import instant

_SOURCE: Final = "aws.health"
_DETAIL_TYPES: Final = ("AWS Health Event", "AWS Health Abuse Event")
_CATEGORIES: Final = ("issue", "accountNotification", "scheduledChange", "investigation")
_CODE: Final = re.compile(r"[a-zA-Z0-9_-]{3,100}")


@command("PutHealthEvent")
def put_health_event(ctx: Command, params: Params) -> Result:
    """Put `Event` in: `{"detail-type": ..., "resources": [...], "detail": {...}}` and what else an event has.

    Answers the event's `eventArn`. Raises InvalidHealthEvent.
    """
    event: Mapping[str, Any] = params["Event"]
    detail = _checked(event)
    arn: str = detail.get("eventArn") or _arn(ctx, detail)
    detail = {"eventArn": arn, **detail}
    event_rows.put(ctx.tx, ctx.scope.of_account, _row(ctx, arn, detail), _entities(ctx, arn, detail))
    kind = event.get("detail-type", _DETAIL_TYPES[0])
    announced = PlatformEvent(_SOURCE, kind, detail, tuple(event.get("resources") or ()))
    announce(ctx.engine, ctx.tx, ctx.scope, [announced], cause=ctx.call.cause)
    return {"eventArn": arn}


def _checked(event: Mapping[str, Any]) -> dict[str, Any]:
    source, kind, detail = event.get("source", _SOURCE), event.get("detail-type"), event.get("detail")
    if source != _SOURCE:
        raise InvalidHealthEvent(f"An event of Health has the source {_SOURCE}, not {source!r}.")
    if kind is not None and kind not in _DETAIL_TYPES:
        raise InvalidHealthEvent(f"The detail-type is one of {', '.join(_DETAIL_TYPES)}, not {kind!r}.")
    if not isinstance(detail, dict):
        raise InvalidHealthEvent("The event has no detail.")
    for member in ("service", "eventTypeCode", "eventTypeCategory"):
        if not isinstance(detail.get(member), str):
            raise InvalidHealthEvent(f"The detail has no {member}.")
    if detail["eventTypeCategory"] not in _CATEGORIES:
        raise InvalidHealthEvent(
            f"eventTypeCategory is one of {', '.join(_CATEGORIES)}, not {detail['eventTypeCategory']!r}."
        )
    if not _CODE.fullmatch(detail["eventTypeCode"]):
        raise InvalidHealthEvent(f"{detail['eventTypeCode']!r} is no eventTypeCode.")
    _check_lists(event, detail)
    return detail


def _check_lists(event: Mapping[str, Any], detail: Mapping[str, Any]) -> None:
    lists = (
        ("resources", event.get("resources"), str, "texts"),
        ("eventDescription", detail.get("eventDescription"), dict, "objects"),
        ("affectedEntities", detail.get("affectedEntities"), dict, "objects"),
    )
    for member, given, kind, kinds in lists:
        if given is not None and not (
            isinstance(given, list) and all(isinstance(each, kind) for each in given)
        ):
            raise InvalidHealthEvent(f"{member} must be a list of {kinds}.")


def _arn(ctx: Command, detail: Mapping[str, Any]) -> str:
    service, code = detail["service"], detail["eventTypeCode"]
    return f"arn:{ctx.scope.partition}:health:{ctx.scope.region}::event/{service}/{code}/{code}_{token(16)}"


def _row(ctx: Command, arn: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    given = {member: detail.get(member) for member in ("startTime", "endTime", "lastUpdatedTime")}
    times = {member: instant(text, member) for member, text in given.items() if text}
    ended = times.get("endTime")
    over = ended is not None and ended <= ctx.now_ms
    started = times.get("startTime", ctx.now_ms)
    return {
        "arn": arn,
        "service": detail["service"],
        "code": detail["eventTypeCode"],
        "category": detail["eventTypeCategory"],
        "scope_code": detail.get("eventScopeCode", "ACCOUNT_SPECIFIC"),
        "status": detail.get("statusCode")
        or ("closed" if over else "upcoming" if started > ctx.now_ms else "open"),
        "event_region": detail.get("eventRegion", ctx.scope.region),
        "zone": detail.get("availabilityZone", ""),
        "description": _description(detail),
        "metadata": orjson.dumps(detail.get("eventMetadata") or {}).decode(),
        "start_ms": started,
        "end_ms": ended,
        "updated_ms": times.get("lastUpdatedTime", ctx.now_ms),
    }


def _description(detail: Mapping[str, Any]) -> str:
    texts = detail.get("eventDescription") or [{}]
    return str(texts[0].get("latestDescription", ""))


def _entities(ctx: Command, arn: str, detail: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "event": arn,
            "value": entity["entityValue"],
            "status": entity.get("status") or entity.get("statusCode") or "UNKNOWN",
            "tags": orjson.dumps(entity.get("tags") or {}).decode(),
            "updated_ms": ctx.now_ms,
        }
        for entity in detail.get("affectedEntities") or ()
        if entity.get("entityValue")
    ]
