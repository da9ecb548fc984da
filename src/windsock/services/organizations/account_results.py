"""What became of a request for an account: kept with it, and announced on the management account's bus.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html
"""

from __future__ import annotations

from typing import Final

from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_seconds, to_datetime
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.organizations import rows
from windsock.services.organizations.rows import Place
from windsock.store.statements import Row

# Organizations announces its events in one region.
_EVENTS_REGION: Final = "us-east-1"


def end_request(place: Place, request: Row, *, state: str, failure: str | None = None) -> None:
    """A request has come to its end."""
    now_ms = place.engine.clock.now_ms()
    rows.account_requests.update(place, {"id": request.id}, state=state, failure=failure, completed_ms=now_ms)
    ended = rows.account_requests.existing(place, id=request.id)
    _announce(place, ended, now_ms)


def _announce(place: Place, request: Row, now_ms: int) -> None:
    management = place.scope.account
    status = {
        "id": request.id,
        "state": request.state,
        "accountName": "****",
        "requestedTimestamp": f"{to_datetime(request.requested_ms):%b %d, %Y %I:%M:%S %p}",
        "completedTimestamp": f"{to_datetime(now_ms):%b %d, %Y %I:%M:%S %p}",
    }
    if request.made is not None:
        status["accountId"] = request.made
    if request.failure is not None:
        status["failureReason"] = request.failure
    detail = {
        "eventVersion": "1.11",
        "userIdentity": {"accountId": management, "invokedBy": "AWS Internal"},
        "eventTime": iso_seconds(now_ms),
        "eventSource": "organizations.amazonaws.com",
        "eventName": "CreateAccountResult",
        "awsRegion": _EVENTS_REGION,
        "sourceIPAddress": "AWS Internal",
        "userAgent": "AWS Internal",
        "requestParameters": None,
        "responseElements": None,
        "eventID": uuid4(),
        "readOnly": False,
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": management,
        "serviceEventDetails": {"createAccountStatus": status},
        "eventCategory": "Management",
    }
    event = PlatformEvent("aws.organizations", "AWS Service Event via CloudTrail", detail)
    announce(place.engine, place.tx, Scope(management, _EVENTS_REGION), [event])
