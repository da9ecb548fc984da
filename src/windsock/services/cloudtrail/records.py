"""One call as one event of CloudTrail's.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from windsock.engine.access import needs_of
from windsock.engine.calls import Call
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.clock import iso_seconds
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.elements import request_elements, response_elements
from windsock.services.cloudtrail.event_forms import GLOBAL_REGION, CallForm, EventForm
from windsock.services.cloudtrail.identities import user_identity, username
from windsock.services.cloudtrail.limits import EVENT_BYTES
from windsock.services.cloudtrail.placing import SERVICE

VERSION: Final = "1.11"
_MANAGEMENT: Final = "Management"
_DATA: Final = "Data"


@dataclass(frozen=True, slots=True)
class Record:
    """An event and what it is found by. `body` is its JSON; `resources` are pairs of type and name.

    `data_arns` are the resources of a data event. `delivery` says that windsock
    made the call to deliver something to a target of a rule: such a call is written down but no event
    follows from it, or a rule for API calls would call itself for ever. `own` says that CloudTrail made it,
    to deliver a trail's files.
    """

    scope: Scope
    event_id: str
    form: EventForm
    username: str
    access_key: str
    time_ms: int
    body: bytes
    data_arns: tuple[str, ...]
    resources: frozenset[tuple[str, str]]
    delivery: bool
    own: bool = False


def record_of(
    form: CallForm, call: Call, result: Mapping[str, Any] | None, error: AwsError | None, now_ms: int
) -> Record:
    """The event of a call that was answered with a result or an error."""
    caller, region = call.caller, GLOBAL_REGION if form.is_global else call.scope.region
    scope = Scope(call.scope.account, region)
    asked = request_elements(call.service, form.model.input_shape, call.params)
    answered = None
    if error is None and not form.read_only:
        answered = response_elements(call.service, form.model.output_shape, result or {})
    resources = frozenset(_resources(form, call.params, result or {}))
    data_arns = _data_arns(form, call)
    event: dict[str, Any] = {
        "eventVersion": VERSION,
        "userIdentity": user_identity(caller),
        "eventTime": iso_seconds(now_ms),
        "eventSource": form.source,
        "eventName": form.name,
        "awsRegion": region,
        "sourceIPAddress": caller.source_ip,
        "userAgent": caller.user_agent,
        **({"errorCode": error.code, "errorMessage": error.message} if error else {}),
        "requestParameters": asked,
        "responseElements": answered,
        "requestID": call.request_id,
        "eventID": uuid4(),
        "readOnly": form.read_only,
        **_listed(call.scope, resources if form.data_type is None else _of_data(form, call, data_arns)),
        "eventType": form.event_type,
        "managementEvent": form.data_type is None,
        "recipientAccountId": call.scope.account,
        "eventCategory": _MANAGEMENT if form.data_type is None else _DATA,
    }
    return Record(
        scope=scope,
        event_id=event["eventID"],
        form=form,
        username=username(caller),
        access_key=caller.access_key,
        time_ms=now_ms,
        body=_bounded(event),
        data_arns=data_arns,
        resources=resources,
        delivery=caller.kind != "account" and call.cause.startswith("task:"),
        own=SERVICE in (caller.principal, caller.source_ip),
    )


def _bounded(event: dict[str, Any]) -> bytes:
    body = orjson.dumps(event)
    if len(body) <= EVENT_BYTES:
        return body
    return orjson.dumps(event | {"requestParameters": None, "responseElements": None})


def _data_arns(form: CallForm, call: Call) -> tuple[str, ...]:
    """The resources of a data event: those IAM asks for, where nothing else is said of their type."""
    if form.data_type is None:
        return ()
    if form.data_arn is not None:
        known = {"partition": call.scope.partition}
        return (form.data_arn.format_map(defaultdict(str, {**call.params, **known})),)
    named = (parse_arn(need.resource) for need in needs_of(call) if "*" not in need.resource)
    arns = (arn for arn in named if arn is not None and arn.service != "iam")  # not the roles it passes
    return tuple(dict.fromkeys(map(_unqualified, arns)))


def _unqualified(arn: Arn) -> str:
    """A function's ARN without the version or alias, which are the function too."""
    if arn.service != "lambda":
        return str(arn)
    return str(arn._replace(resource=":".join(arn.resource.split(":")[:2])))


def _of_data(form: CallForm, call: Call, arns: tuple[str, ...]) -> set[tuple[str, str]]:
    """What a data event lists: its resources, and of an object its bucket."""
    listed = {(str(form.data_type), arn) for arn in arns}
    if form.data_type == "AWS::S3::Object" and "Bucket" in call.params:
        listed.add(("AWS::S3::Bucket", f"arn:{call.scope.partition}:s3:::{call.params['Bucket']}"))
    return listed


def _resources(
    form: CallForm, params: Mapping[str, Any], result: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """What the call is about, by the members that name resources, wherever in the answer they stand."""
    for member, kind in form.resource_types.items():
        for name in (*_named(params, member), *_named(result if not form.read_only else {}, member)):
            yield kind, name


def _named(values: Any, member: str) -> Iterator[str]:
    if isinstance(values, Mapping):
        for name, value in values.items():
            if name == member:
                yield from [value] if isinstance(value, str) else _texts(value)
            else:
                yield from _named(value, member)
    elif isinstance(values, list):
        for each in values:
            yield from _named(each, member)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))


def _listed(scope: Scope, resources: Collection[tuple[str, str]]) -> dict[str, Any]:
    """The resources that are told in the event itself: those known by an ARN."""
    listed = [
        {"accountId": scope.account, "type": kind, "ARN": name}
        for kind, name in sorted(resources)
        if parse_arn(name)
    ]
    return {"resources": listed} if listed else {}
