"""API calls and sign-ins as events on the default bus: `AWS API Call via CloudTrail` and the like.

As at AWS there must be a trail that logs them, and calls that only read are left out. That of sign-ins is
what rules at AWS match; the page writes `AWS Console Signin via CloudTrail`.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.records import Record
from windsock.store.transaction import Transaction

_DETAIL_TYPES: Final = {
    "AwsApiCall": "AWS API Call via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
}


def announce_calls(engine: Engine, tx: Transaction, records: list[Record]) -> None:
    """Have those events that a rule may want put on the default buses of their accounts."""
    by_scope: defaultdict[Scope, list[PlatformEvent]] = defaultdict(list)
    for record in records:
        if _is_announced(record):
            source = f"aws.{record.form.source.removesuffix('.amazonaws.com')}"
            detail_type = _DETAIL_TYPES[record.form.event_type]
            by_scope[record.scope].append(PlatformEvent(source, detail_type, record.body))
    for scope, events in by_scope.items():
        announce(engine, tx, scope, events)


def _is_announced(record: Record) -> bool:
    only_reads = record.form.read_only and record.form.data_type is None
    return not only_reads and not record.delivery
