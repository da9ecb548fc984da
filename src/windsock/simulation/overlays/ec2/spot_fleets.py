"""Spot requests and Spot Fleets: what happens to them is announced.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-event-types.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.simulation.backend.happenings import Happening, on
from windsock.store.transaction import Transaction

_SOURCE: Final = "aws.ec2spotfleet"


@on("ec2.spot-request-fulfilled")
def request_fulfilled(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A Spot request has its instance."""
    facts = happening.facts
    detail = {"spot-instance-request-id": facts["request"], "instance-id": facts["instance"]}
    resource = happening.scope.arn("ec2", f"instance/{facts['instance']}")
    event = PlatformEvent("aws.ec2", "EC2 Spot Instance Request Fulfillment", detail, [resource])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)


@on("ec2.spot-fleet")
def fleet_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A fleet came into a state."""
    _announce(engine, tx, happening, "State Change", {"sub-type": happening.facts["state"]})


@on("ec2.spot-fleet-request")
def fleet_request_active(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A Spot request of a fleet is active."""
    request = happening.facts["request"]
    detail = {
        "spot-instance-request-id": request,
        "description": f"SpotInstanceRequestId {request}, PreviousState: submitted",
        "sub-type": "active",
    }
    _announce(engine, tx, happening, "Spot Instance Request Change", detail)


@on("ec2.spot-fleet-instance")
def fleet_instance_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An instance of a fleet was launched or terminated."""
    facts = happening.facts
    description = {
        "instanceType": facts["type"],
        "image": facts["image"],
        "productDescription": facts["platform"],
        "availabilityZone": facts["zone"],
    }
    detail = {
        "instance-id": facts["instance"],
        "description": orjson.dumps(description).decode(),
        "sub-type": facts["what"],
    }
    _announce(engine, tx, happening, "Instance Change", detail)


def _announce(
    engine: Engine, tx: Transaction, happening: Happening, what: str, detail: Mapping[str, Any]
) -> None:
    resource = happening.scope.arn("ec2", f"spot-fleet-request/{happening.facts['fleet']}")
    event = PlatformEvent(_SOURCE, f"EC2 Spot Fleet {what}", detail, [resource])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
