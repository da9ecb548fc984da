"""Instance profiles: through one of them, instances of EC2 get a role.

Sources: API_CreateInstanceProfile, API_AddRoleToInstanceProfile and the pages of the other operations beside
them below https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.iam import roles
from windsock.services.iam.errors import DeleteConflict, EntityAlreadyExists, LimitExceeded, NoSuchEntity
from windsock.services.iam.limits import INSTANCE_PROFILES
from windsock.services.iam.names import path_of, unique_id
from windsock.services.iam.pages import page, under_path
from windsock.services.iam.principals import ROLE
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import instance_profiles
from windsock.services.iam.tag_sets import new_tags
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

rows = Rows(instance_profiles)


@command("CreateInstanceProfile")
def create_instance_profile(ctx: Command, params: Params) -> Result:
    """Make an instance profile without a role."""
    name, path, tags = params["InstanceProfileName"], path_of(params), new_tags(params)
    if rows.find(ctx, key=name.lower()) is not None:
        raise EntityAlreadyExists(f"Instance Profile {name} already exists.")
    if rows.count(ctx) >= INSTANCE_PROFILES:
        raise LimitExceeded.of("InstanceProfilesPerAccount", INSTANCE_PROFILES)
    rows.insert(
        ctx,
        key=name.lower(),
        name=name,
        id=unique_id("AIPA"),
        path=path,
        tags=tags,
        created_ms=ctx.now_ms,
    )
    created = profile_named(ctx, params)
    tagged = tag_list(created.tags)
    return {"InstanceProfile": {**shown(ctx, created), **({"Tags": tagged} if tagged else {})}}


@query("GetInstanceProfile")
def get_instance_profile(ctx: Query, params: Params) -> Result:
    """An instance profile with its role."""
    profile = profile_named(ctx, params)
    return {"InstanceProfile": {**shown(ctx, profile), "Tags": tag_list(profile.tags)}}


@query("ListInstanceProfiles")
def list_instance_profiles(ctx: Query, params: Params) -> Result:
    """The instance profiles below a path."""
    found = under_path(params, rows.all(ctx))
    return page(params, "InstanceProfiles", found, lambda row: row.key, lambda row: shown(ctx, row))


@query("ListInstanceProfilesForRole")
def list_instance_profiles_for_role(ctx: Query, params: Params) -> Result:
    """The instance profiles with a role."""
    found = rows.all(ctx, role=ROLE.of(ctx, params).id)
    return page(params, "InstanceProfiles", found, lambda row: row.key, lambda row: shown(ctx, row))


@command("AddRoleToInstanceProfile")
def add_role_to_instance_profile(ctx: Command, params: Params) -> Result:
    """Put a role into a profile that has none. Raises LimitExceeded."""
    profile, role = profile_named(ctx, params), ROLE.of(ctx, params)
    if profile.role is not None:
        raise LimitExceeded.of("InstanceSessionsPerInstanceProfile", 1)
    rows.update(ctx, {"key": profile.key}, role=role.id)
    return None


@command("RemoveRoleFromInstanceProfile")
def remove_role_from_instance_profile(ctx: Command, params: Params) -> Result:
    """Take the role out of a profile."""
    profile, role = profile_named(ctx, params), ROLE.of(ctx, params)
    if profile.role != role.id:
        raise NoSuchEntity(f"Role {role.name} in Instance Profile {profile.name} cannot be found.")
    rows.update(ctx, {"key": profile.key}, role=None)
    return None


@command("DeleteInstanceProfile")
def delete_instance_profile(ctx: Command, params: Params) -> Result:
    """Delete a profile without a role. Raises DeleteConflict."""
    profile = profile_named(ctx, params)
    if profile.role is not None:
        raise DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    rows.delete(ctx, key=profile.key)
    return None


def profile_named(at: Reading, params: Params) -> Row:
    """The row of the profile that a call names. Raises NoSuchEntity."""
    name = params["InstanceProfileName"]
    profile = rows.find(at, key=name.lower())
    if profile is None:
        raise NoSuchEntity(f"Instance Profile {name} cannot be found.")
    return profile


def shown(at: Reading, profile: Row) -> dict[str, Any]:
    """A profile as lists show it."""
    role = ROLE.rows.find(at, id=profile.role) if profile.role is not None else None
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": Scope(profile.account, profile.region).arn(
            "iam", f"instance-profile{profile.path}{profile.name}"
        ),
        "CreateDate": to_datetime(profile.created_ms),
        "Roles": [] if role is None else [roles.nested(role)],
    }
