"""Instances have the instance profile that they were launched with.

moto gives that of RunInstances to the first of them, and heeds none of launch templates and configurations.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.ec2.models.instances import Instance, InstanceBackend
from moto.iam.models import InstanceProfile, iam_backends
from moto.moto_api._internal import mock_random

_run_instances = InstanceBackend.run_instances


def apply() -> None:
    """Change moto's classes."""
    InstanceBackend.run_instances = _launched


def profile_of(instance: Instance) -> str | None:
    """The ARN of the profile an instance has."""
    association = instance.ec2_backend.iam_instance_profile_associations.get(instance.id)
    return association.iam_instance_profile.arn if association is not None else None


def _launched(backend: Any, *args: Any, **kwargs: Any) -> Any:
    reservation = _run_instances(backend, *args, **kwargs)
    asked = kwargs.get("iam_instance_profile_arn") or kwargs.get("iam_instance_profile_name")
    # moto itself gives what is asked for to the first.
    without = reservation.instances[1:] if asked else reservation.instances
    named = asked or _named_by(backend, kwargs)
    for instance in without if named else ():
        give(instance, str(named))
    return reservation


def _named_by(backend: Any, kwargs: Mapping[str, Any]) -> str | None:
    """The name or ARN of the profile that a launch template or configuration says."""
    if kwargs.get("launch_template"):
        said = backend._get_template_from_args(kwargs["launch_template"]).data.get("IamInstanceProfile") or {}
        named: str | None = said.get("Arn") or said.get("Name")
        return named
    configuration = kwargs.get("launch_config")
    return configuration.iam_instance_profile if configuration is not None else None


def give(instance: Instance, named: str) -> None:
    """Associate a profile. One that windsock did not tell of is made up: IAM is asked when it is used."""
    backend = instance.ec2_backend
    name = named.rpartition("/")[2]
    profiles = iam_backends[backend.account_id][backend.partition].instance_profiles
    if all(profile.name != name for profile in profiles.values()):
        identity = f"AIPA{mock_random.get_random_string(17, include_digits=True).upper()}"
        profiles[name] = InstanceProfile(
            backend.account_id, backend.region_name, identity, name, "/", roles=[]
        )
    backend.associate_iam_instance_profile(instance.id, iam_instance_profile_name=name)
