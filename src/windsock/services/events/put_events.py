"""PutEvents: take events in, or say of each entry why not.

An entry is judged by itself; the good ones of a request are written, matched and answered together.
An event for a bus that does not exist is accepted and goes nowhere, as at AWS; the journal shows it.
Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import iso_seconds, to_ms
from windsock.kernel.errors import ValidationError
from windsock.kernel.ids import ordered_uuid
from windsock.kernel.scope import Scope
from windsock.services.events import routing
from windsock.services.events.bus_access import may_put_event
from windsock.services.events.limits import MAX_PUT_EVENTS_BYTES
from windsock.services.events.names import DEFAULT_BUS

_BETWEEN_TOKENS = b" \t\r\n"
# JSON text without the white space between its tokens: strings, which keep theirs, and all else.
_TOKENS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[^" \t\r\n]+')


class _Refused(Exception):
    """Why an entry was not accepted."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = {"ErrorCode": code, "ErrorMessage": message}


@command("PutEvents")
def put_events(ctx: Command, params: Params) -> Result:
    """Accept up to ten events; each gets an id or an error of its own, in the order of the entries."""
    entries: list[Mapping[str, Any]] = params["Entries"]
    if sum(map(entry_bytes, entries)) > MAX_PUT_EVENTS_BYTES:
        raise ValidationError("Total size of the entries in the request is over the limit.")
    answers: list[dict[str, Any]] = []
    incoming: dict[Scope, list[routing.Incoming]] = defaultdict(list)
    for entry in entries:
        try:
            scope, event = _accept(ctx, entry)
        except _Refused as refusal:
            answers.append(refusal.answer)
        else:
            incoming[scope].append(event)
            answers.append({"EventId": event.event["id"]})
    for scope, events in incoming.items():
        routing.to_bus(ctx.engine, ctx.tx, scope, events)
        ctx.engine.telemetry.events_accepted(events[0].event["source"], len(events))
    return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}


def entry_bytes(entry: Mapping[str, Any]) -> int:
    """The size of an entry as AWS counts it.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
    """
    size = 14 if "Time" in entry else 0
    for name in ("Source", "DetailType", "Detail"):
        size += len(entry.get(name, "").encode())
    return size + sum(len(resource.encode()) for resource in entry.get("Resources", ()))


def _accept(ctx: Command, entry: Mapping[str, Any]) -> tuple[Scope, routing.Incoming]:
    source = _required(entry, "Source")
    detail_type = _required(entry, "DetailType")
    detail_text = _required(entry, "Detail").encode()
    if source.startswith("aws.") and ctx.call.caller.kind != "service":
        raise _Refused("NotAuthorizedForSource", "Not authorized for the source.")
    detail = _object(detail_text)
    scope, bus = _bus(ctx, entry)
    moment, now = entry.get("Time"), ctx.now_ms
    event: dict[str, Any] = {
        "version": "0",
        "id": ordered_uuid(now),
        "detail-type": detail_type,
        "source": source,
        "account": ctx.call.caller.account,
        "time": iso_seconds(now if moment is None else to_ms(moment)),
        "region": ctx.scope.region,
        "resources": list(entry.get("Resources", ())),
    }
    body = b'%b,"detail":%b}' % (orjson.dumps(event)[:-1], compact(detail_text, detail))
    event["detail"] = detail
    return scope, routing.Incoming(bus, event, body, cause=ctx.call.cause)


def _required(entry: Mapping[str, Any], name: str) -> str:
    value: str = entry.get(name, "")
    if not value:
        raise _Refused(
            "InvalidArgument", f"Parameter {name} is not valid. Reason: {name} is a required argument."
        )
    return value


def _object(detail: bytes) -> dict[str, Any]:
    try:
        parsed = orjson.loads(detail)
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        raise _Refused("MalformedDetail", "Detail is malformed.")
    return parsed


def _bus(ctx: Command, entry: Mapping[str, Any]) -> tuple[Scope, str]:
    """The bus an entry is for: a name in the caller's account, or the ARN of any bus it may use."""
    wanted: str = entry.get("EventBusName") or DEFAULT_BUS
    arn = parse_arn(wanted)
    if arn is None:
        return ctx.scope, wanted
    name = arn.resource.removeprefix("event-bus/")
    source, detail_type = entry.get("Source", ""), entry.get("DetailType", "")
    if not may_put_event(ctx, arn.scope, name, source, detail_type):
        raise _Refused(
            "AccessDeniedException",
            f"User: {ctx.call.caller.principal} is not authorized to perform: events:PutEvents on resource: "
            f"{wanted} because no resource-based policy allows the events:PutEvents action",
        )
    return arn.scope, name


def compact(json_text: bytes, parsed: object) -> bytes:
    """JSON text without the white space between its tokens; numbers and escapes keep their spelling.

    `parsed` is what it says. Most text is spelt as it would be written anew: then both have the same
    characters apart from white space, and writing it takes a fifth of what looking at each token does.
    """
    try:
        written = orjson.dumps(parsed)
    except orjson.JSONEncodeError:
        written = b""  # deeper nested than orjson writes, if not than it reads
    if written.translate(None, _BETWEEN_TOKENS) == json_text.translate(None, _BETWEEN_TOKENS):
        return written
    return b"".join(_TOKENS.findall(json_text))
