"""What happened to objects, as S3 notifies it to receivers and announces it on the bus.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

import orjson

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent
from windsock.engine.platform_events import announce as announce_on_bus
from windsock.kernel.clock import iso_milliseconds, iso_seconds, to_ms
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.notices import Notice, notify
from windsock.simulation.overlays.s3.notification_settings import announces_on_bus, rules
from windsock.simulation.overlays.s3.notifications import SUBJECT
from windsock.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of event is told: on the bus as `detail_type` with more members of the `detail`, to
    receivers in a `version` of the record, with members of the object that are not always there.

    `told_by`: the operation that tells it; others do the same on their way to something else. `unasked`: S3
    does it by itself, whatever call lets it be seen.
    """

    detail_type: str
    detail: Mapping[str, str]
    told_by: str = ""
    unasked: bool = False
    version: str = "2.1"
    members: frozenset[str] = frozenset({"eTag", "sequencer"})


_CREATED: Final = frozenset({"size", "eTag", "sequencer"})
_CHANGED: Final = frozenset({"eTag"})


def _created(operation: str) -> _Form:
    return _Form("Object Created", {"reason": operation}, operation, members=_CREATED)


def _deleted(kind: str, members: frozenset[str]) -> _Form:
    return _Form("Object Deleted", {"reason": "DeleteObject", "deletion-type": kind}, members=members)


_FORMS: Final[Mapping[str, _Form]] = {
    "ObjectCreated:Put": _created("PutObject"),
    "ObjectCreated:Copy": _created("CopyObject"),
    "ObjectCreated:CompleteMultipartUpload": _created("CompleteMultipartUpload"),
    "ObjectRemoved:Delete": _deleted("Permanently Deleted", frozenset({"sequencer"})),
    "ObjectRemoved:DeleteMarkerCreated": _deleted("Delete Marker Created", frozenset({"eTag", "sequencer"})),
    "ObjectTagging:Put": _Form("Object Tags Added", {}, "PutObjectTagging", version="2.3", members=_CHANGED),
    "ObjectTagging:Delete": _Form(
        "Object Tags Deleted", {}, "DeleteObjectTagging", version="2.3", members=_CHANGED
    ),
    "ObjectAcl:Put": _Form("Object ACL Updated", {}, "PutObjectAcl", version="2.3", members=_CHANGED),
    "ObjectRestore:Post": _Form("Object Restore Initiated", {}, "RestoreObject", members=_CREATED),
    "ObjectRestore:Completed": _Form("Object Restore Completed", {}, unasked=True, members=_CREATED),
}
# A delete marker is an object without a byte.
_EMPTY: Final = hashlib.md5(b"", usedforsecurity=False).hexdigest()


@on("s3.object")
def tell(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Notify the receivers that the bucket's settings name, and the bus if they say so."""
    facts = happening.facts
    form = _FORMS.get(facts["event"])
    if form is None or form.told_by not in {"", happening.call.operation}:
        return
    about = f"arn:aws:s3:::{facts['bucket']}"
    now = engine.clock.now_ms()
    for rule in rules(facts["settings"]):
        if rule.takes(facts["event"], facts["key"]):
            text = orjson.dumps({"Records": [_record(form, happening, rule.id, now)]}).decode()
            notify(
                engine,
                tx,
                happening.scope,
                Notice("s3", str(rule.arn), text, about, SUBJECT),
                happening.cause,
            )
    if announces_on_bus(facts["settings"]):
        event = PlatformEvent("aws.s3", form.detail_type, _detail(form, happening), [about])
        announce_on_bus(engine, tx, happening.scope, [event], cause=happening.cause)


def _record(form: _Form, happening: Happening, rule: str, now_ms: int) -> dict[str, Any]:
    facts, call = happening.facts, happening.call
    return {
        "eventVersion": form.version,
        "eventSource": "aws:s3",
        "awsRegion": happening.scope.region,
        "eventTime": iso_milliseconds(now_ms),
        "eventName": facts["event"],
        "userIdentity": {"principalId": _principal(call.caller)},
        "requestParameters": {"sourceIPAddress": call.caller.source_ip},
        "responseElements": {"x-amz-request-id": call.request_id, "x-amz-id-2": call.request_id},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": rule,
            "bucket": {
                "name": facts["bucket"],
                "ownerIdentity": {"principalId": _customer(happening.scope.account)},
                "arn": f"arn:aws:s3:::{facts['bucket']}",
            },
            "object": _object(form, happening),
        },
    }


def _object(form: _Form, happening: Happening) -> dict[str, Any]:
    """The object as records have it: its key as in a URL's query."""
    facts = happening.facts
    members = {
        "size": facts["size"],
        "eTag": facts["etag"] or _EMPTY,
        "versionId": facts["version"],
        "sequencer": _sequencer(happening),
    }
    shown = {
        name: value
        for name, value in members.items()
        if value is not None and (name == "versionId" or name in form.members)
    }
    return {"key": quote_plus(facts["key"], safe="/"), **shown}


def _detail(form: _Form, happening: Happening) -> dict[str, Any]:
    facts, call = happening.facts, happening.call
    found = _object(form, happening)
    members = {
        "key": facts["key"],
        "size": found.get("size"),
        "etag": found.get("eTag"),
        "version-id": found.get("versionId"),
        "sequencer": None if form.unasked else found.get("sequencer"),
    }
    return {
        "version": "0",
        "bucket": {"name": facts["bucket"]},
        "object": {name: value for name, value in members.items() if value is not None},
        "request-id": call.request_id,
        **_requester(form, call.caller),
        **form.detail,
        **_restored(form, facts),
    }


def _requester(form: _Form, caller: Caller) -> dict[str, str]:
    if form.unasked:
        return {"requester": "s3.amazonaws.com"}
    requester = caller.account if caller.kind != "service" else caller.principal
    return {"requester": requester, "source-ip-address": caller.source_ip}


def _restored(form: _Form, facts: Mapping[str, Any]) -> dict[str, str]:
    """From where an archived object comes back, and until when it is there."""
    if "Restore" not in form.detail_type:
        return {}
    until = {"restore-expiry-time": iso_seconds(to_ms(facts["restored_until"]))} if form.unasked else {}
    return {**until, "source-storage-class": facts["storage_class"]}


def _sequencer(happening: Happening) -> str:
    """Grows with each event of a key, so that receivers can tell which was the later one."""
    return f"{happening.order:018X}"


def _principal(caller: Caller) -> str:
    if caller.kind == "account":
        return _customer(caller.account)
    if caller.kind == "anonymous":
        return "Anonymous"
    return f"AWS:{caller.user_id}" if caller.user_id else f"AWS:{caller.principal}"


def _customer(account: str) -> str:
    """The customer id of an account: like AWS's, and always the same."""
    digest = hashlib.sha256(account.encode()).digest()
    return f"A{base64.b32encode(digest).decode()[:13]}"
