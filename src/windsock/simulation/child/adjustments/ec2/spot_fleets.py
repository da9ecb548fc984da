"""Spot requests and Spot Fleets: their instances have the profile they are to have, and what happens is told.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-event-types.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.ec2.models.fleets import Fleet
from moto.ec2.models.instances import Instance
from moto.ec2.models.spot_requests import (
    SpotFleetLaunchSpec,
    SpotFleetRequest,
    SpotInstanceRequest,
    SpotRequestBackend,
)

from windsock.simulation.child.adjustments.ec2 import instances
from windsock.simulation.child.adjustments.ec2.profiles import give
from windsock.simulation.child.observed import happened

# The instances that each fleet still has which was cancelled.
_CANCELLED: Final = "windsock_cancelled_fleets"

_launch = SpotInstanceRequest.launch_instance
_fleet_requests, _spot_fleet_requests = Fleet.create_spot_requests, SpotFleetRequest.create_spot_requests
_make_fleet, _cancel = SpotFleetRequest.__init__, SpotRequestBackend.cancel_spot_fleet_requests


def apply() -> None:
    """Change moto's classes, and follow instances."""
    SpotInstanceRequest.launch_instance = _launched
    Fleet.create_spot_requests = _with_profiles(_fleet_requests)
    SpotFleetRequest.create_spot_requests = _requested
    SpotFleetRequest.__init__ = _fleet_made
    SpotRequestBackend.cancel_spot_fleet_requests = _cancelled
    instances.FOLLOWERS.append(_follow)


def _launched(request: SpotInstanceRequest) -> Instance:
    instance = _launch(request)
    _tell(request.ec2_backend, "spot-request-fulfilled", request=request.id, instance=instance.id)
    return instance


def _with_profiles(create: Any) -> Any:
    """Spot requests as moto makes them, whose instances have the profile of their specification."""

    def created(fleet: Any, weight_to_add: float) -> Any:
        before = len(fleet.spot_requests)
        answer = create(fleet, weight_to_add)
        for request in fleet.spot_requests[before:]:
            for specification in fleet.launch_specs:
                said = specification.iam_instance_profile
                if said and _is_of(request.launch_specification, specification):
                    give(request.instance, said["Arn"])
                    break
        return answer

    return created


def _is_of(requested: Any, specification: SpotFleetLaunchSpec) -> bool:
    return all(
        getattr(requested, name) == getattr(specification, name)
        for name in ("image_id", "instance_type", "subnet_id")
    )


def _requested(fleet: SpotFleetRequest, weight_to_add: float) -> None:
    before = len(fleet.spot_requests)
    _with_profiles(_spot_fleet_requests)(fleet, weight_to_add)
    for request in fleet.spot_requests[before:]:
        _tell(fleet.ec2_backend, "spot-fleet-request", fleet=fleet.id, request=request.id)
        _tell_of_instance(fleet.id, request.instance, "launched")


def _fleet_made(fleet: SpotFleetRequest, ec2_backend: Any, *args: Any, **kwargs: Any) -> None:
    _make_fleet(fleet, ec2_backend, *args, **kwargs)
    _tell_of_fleet(ec2_backend, fleet.id, "submitted")
    _tell_of_fleet(ec2_backend, fleet.id, "active")


def _cancelled(backend: Any, identities: list[str], terminate: bool) -> list[SpotFleetRequest]:
    left = {
        identity: {request.instance.id for request in backend.spot_fleet_requests[identity].spot_requests}
        for identity in identities
        if identity in backend.spot_fleet_requests
    }
    vars(backend).setdefault(_CANCELLED, {}).update(left)
    fleets: list[SpotFleetRequest] = _cancel(backend, identities, terminate)
    for fleet in fleets:
        _tell_of_fleet(backend, fleet.id, "cancelled_terminating" if terminate else "cancelled_running")
        _end_if_empty(backend, fleet.id)
    return fleets


def _follow(instance: Instance, state: str) -> None:
    if state != "terminated" or not instance._spot_fleet_id:
        return
    _tell_of_instance(instance._spot_fleet_id, instance, "terminated")
    cancelled = vars(instance.ec2_backend).get(_CANCELLED, {})
    if instance._spot_fleet_id in cancelled:
        cancelled[instance._spot_fleet_id].discard(instance.id)
        _end_if_empty(instance.ec2_backend, instance._spot_fleet_id)


def _end_if_empty(backend: Any, fleet: str) -> None:
    cancelled = vars(backend)[_CANCELLED]
    if not cancelled[fleet]:
        del cancelled[fleet]
        _tell_of_fleet(backend, fleet, "cancelled")


def _tell_of_fleet(backend: Any, fleet: str, state: str) -> None:
    _tell(backend, "spot-fleet", fleet=fleet, state=state)


def _tell_of_instance(fleet: str, instance: Instance, what: str) -> None:
    _tell(
        instance.ec2_backend,
        "spot-fleet-instance",
        fleet=fleet,
        what=what,
        instance=instance.id,
        type=instance.instance_type,
        image=instance.image_id,
        zone=instance.placement.zone,
        platform="Windows" if instance.platform == "windows" else "Linux/UNIX",
    )


def _tell(backend: Any, name: str, **facts: Any) -> None:
    happened(f"ec2.{name}", backend.account_id, backend.region_name, **facts)
