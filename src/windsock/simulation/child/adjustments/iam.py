"""IAM: moto's own is asked by EC2 for instance profiles, and knows those that windsock told it of."""

from __future__ import annotations

from typing import Any

from moto.iam.models import InstanceProfile, iam_backends

from windsock.simulation.child.adjustments import change


@change("KnowInstanceProfile")
def know_instance_profile(account: str, region: str, params: dict[str, Any]) -> None:
    """Have the instance profile `Name` with `Id` and `Path`, in place of one of that name."""
    name = params["Name"]
    profile = InstanceProfile(account, region, params["Id"], name, params["Path"], roles=[])
    iam_backends[account][profile.partition].instance_profiles[name] = profile
