"""Roles that are linked to a service: it says what they may, and only it may use and change them.

`service_linked_roles.json` has the roles' names and policies by service, from the services' user guides.
Sources: API_CreateServiceLinkedRole, API_DeleteServiceLinkedRole and API_GetServiceLinkedRoleDeletionStatus
below https://docs.aws.amazon.com/IAM/latest/APIReference/, and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.ids import uuid4
from windsock.services.iam.attached_policies import attach, detach_all
from windsock.services.iam.errors import InvalidInput, NoSuchEntity
from windsock.services.iam.limits import DEFAULT_SESSION_SECONDS
from windsock.services.iam.principals import ROLE
from windsock.services.iam.roles import as_created, insert_role
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import role_deletions

_deletions = Rows(role_deletions)

_WITH_SUFFIX: Final = frozenset({"autoscaling.amazonaws.com"})


@command("CreateServiceLinkedRole")
def create_service_linked_role(ctx: Command, params: Params) -> Result:
    """Make the role of a service, with the policy that the service needs."""
    service, suffix = params["AWSServiceName"], params.get("CustomSuffix")
    known = _roles().get(service)
    if known is None:
        raise InvalidInput(f"windsock knows no service-linked role of {service}.")
    if suffix and service not in _WITH_SUFFIX:
        raise InvalidInput(f"Custom suffix is not allowed for {service}")
    name = f"{known[0]}_{suffix}" if suffix else known[0]
    if ROLE.find(ctx, name) is not None:
        raise InvalidInput(
            f"Service role name {name} has been taken in this account, please try a different suffix."
        )
    role = insert_role(
        ctx,
        name,
        path=f"/aws-service-role/{service}/",
        description=params.get("Description"),
        trust=_trust(service),
        max_session_seconds=DEFAULT_SESSION_SECONDS,
        linked_service=service,
        tags=NO_TAGS,
    )
    attach(ctx, role, f"arn:{ctx.scope.partition}:iam::aws:policy/aws-service-role/{known[1]}")
    return {"Role": as_created(role)}


@command("DeleteServiceLinkedRole")
def delete_service_linked_role(ctx: Command, params: Params) -> Result:
    """Delete the role of a service at once; the service is not asked whether it needs it."""
    role = ROLE.of(ctx, params)
    if role.linked_service is None:
        raise NoSuchEntity(f"The service-linked role with name {role.name} cannot be found.")
    detach_all(ctx, role)
    ROLE.rows.delete(ctx, key=role.key)
    task = f"task/aws-service-role/{role.linked_service}/{role.name}/{uuid4()}"
    _deletions.insert(ctx, id=task, done_ms=ctx.now_ms)
    return {"DeletionTaskId": task}


@query("GetServiceLinkedRoleDeletionStatus")
def get_service_linked_role_deletion_status(ctx: Query, params: Params) -> Result:
    """What became of a deletion."""
    task = params["DeletionTaskId"]
    if _deletions.find(ctx, id=task) is None:
        raise NoSuchEntity(f"The deletion task with id {task} cannot be found.")
    return {"Status": "SUCCEEDED"}


@functools.cache
def _roles() -> Mapping[str, tuple[str, str]]:
    """By service: the name of the role, and of its policy."""
    file = resources.files("windsock.services.iam").joinpath("service_linked_roles.json")
    return {service: (role, policy) for service, (role, policy) in orjson.loads(file.read_bytes()).items()}


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return orjson.dumps({"Version": "2012-10-17", "Statement": [statement]}).decode()
