"""Log groups: made, protected, encrypted, deleted.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html and
API_DeleteLogGroup.html, API_AssociateKmsKey.html, API_PutLogGroupDeletionProtection.html beside it.
"""

from __future__ import annotations

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.errors import ValidationError
from windsock.services.logs import sweeping
from windsock.services.logs.errors import InvalidParameter, ResourceAlreadyExists
from windsock.services.logs.lookups import find_group, get_group, new_number
from windsock.services.logs.names import group_of_identifier
from windsock.services.logs.subscription_deliveries import Subscriptions
from windsock.services.logs.tables import groups, metric_filters, subscription_filters
from windsock.services.logs.tags import with_tags
from windsock.store.schema import in_scope
from windsock.store.statements import Statement

_INSERT = Statement(sa.insert(groups))
_OF_GROUP = sa.and_(
    *in_scope(groups),
    groups.c.name == sa.bindparam("of_name"),
)
_DELETE = Statement(sa.delete(groups).where(_OF_GROUP))
_PROTECT = Statement(sa.update(groups).where(_OF_GROUP).values(protected=sa.bindparam("to_protected")))
_SET_KEY = Statement(sa.update(groups).where(_OF_GROUP).values(kms_key=sa.bindparam("to_key")))
_DELETE_FILTERS = tuple(
    Statement(
        sa.delete(table).where(
            *in_scope(table),
            table.c.group_name == sa.bindparam("of_name"),
        )
    )
    for table in (metric_filters, subscription_filters)
)


@command("CreateLogGroup")
def create_log_group(ctx: Command, params: Params) -> Result:
    """Make an empty group whose events never expire."""
    name: str = params["logGroupName"]
    if name.lower().startswith("aws/"):
        raise InvalidParameter("Log groups starting with AWS/ are reserved for AWS.")
    if find_group(ctx.tx, ctx.scope, name) is not None:
        raise ResourceAlreadyExists("The specified log group already exists")
    ctx.tx.execute(
        _INSERT,
        {
            **ctx.scope.columns,
            "name": name,
            "id": new_number(),
            "log_class": params.get("logGroupClass") or "STANDARD",
            "kms_key": params.get("kmsKeyId"),
            "retention_days": None,
            "protected": int(params.get("deletionProtectionEnabled") or False),
            "tags": orjson.dumps(with_tags({}, params.get("tags") or {}, name)).decode(),
            "created_ms": ctx.now_ms,
            "stored_bytes": 0,
            "metric_filters": 0,
            "next_seq": 0,
        },
    )
    return {}


@command("DeleteLogGroup")
def delete_log_group(ctx: Command, params: Params) -> Result:
    """Delete a group. It is gone at once; its streams and events are removed bit by bit."""
    group = get_group(ctx.tx, ctx.scope, params["logGroupName"])
    if group.protected:
        raise ValidationError(f"The log group {group.name} has deletion protection enabled.")
    which = {**ctx.scope.columns, "of_name": group.name}
    ctx.tx.execute(_DELETE, which)
    for statement in _DELETE_FILTERS:
        ctx.tx.execute(statement, which)
    ctx.engine.part(Subscriptions).changed(ctx.scope, group.name)
    sweeping.stop_expiring(ctx.engine, ctx.tx, ctx.scope, group.name)
    sweeping.remove_group(ctx.engine, ctx.tx, ctx.scope, group.id)
    return {}


@command("PutLogGroupDeletionProtection")
def put_log_group_deletion_protection(ctx: Command, params: Params) -> Result:
    """Refuse, or no longer refuse, to delete a group."""
    name = group_of_identifier(ctx.scope, params["logGroupIdentifier"])
    get_group(ctx.tx, ctx.scope, name)
    protected = int(params["deletionProtectionEnabled"])
    ctx.tx.execute(_PROTECT, {**ctx.scope.columns, "of_name": name, "to_protected": protected})
    return {}


@command("AssociateKmsKey")
def associate_kms_key(ctx: Command, params: Params) -> Result:
    """Remember the key of a group. Nothing is encrypted with it: the disk is the owner's own."""
    return _set_key(ctx, params, params["kmsKeyId"])


@command("DisassociateKmsKey")
def disassociate_kms_key(ctx: Command, params: Params) -> Result:
    """Forget the key of a group."""
    return _set_key(ctx, params, None)


def _set_key(ctx: Command, params: Params, key: str | None) -> Result:
    name = params.get("logGroupName")
    resource = params.get("resourceIdentifier")
    if (name is None) == (resource is None):
        raise InvalidParameter("Specify either logGroupName or resourceIdentifier, but not both.")
    if resource is not None:
        name = group_of_identifier(ctx.scope, resource)
    get_group(ctx.tx, ctx.scope, str(name))
    ctx.tx.execute(_SET_KEY, {**ctx.scope.columns, "of_name": name, "to_key": key})
    return {}
