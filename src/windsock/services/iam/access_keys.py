"""Access keys of users and of the account's root.

Sources: API_CreateAccessKey, API_ListAccessKeys, API_UpdateAccessKey, API_DeleteAccessKey and
API_GetAccessKeyLastUsed below https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.access_keys import LONG_TERM, new_access_key
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.services.iam.errors import LimitExceeded, NoSuchEntity
from windsock.services.iam.last_uses import LastUses
from windsock.services.iam.limits import ACCESS_KEYS_PER_USER
from windsock.services.iam.pages import page
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import access_keys
from windsock.services.iam.users import id_of, name_member, name_of, user_or_root
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_rows = Rows(access_keys)

_SECRET_BYTES: Final = 30
_NOT_AVAILABLE: Final = "N/A"


@command("CreateAccessKey")
def create_access_key(ctx: Command, params: Params) -> Result:
    """A new key, told with its secret this once."""
    user = user_or_root(ctx, params)
    if _rows.count(ctx, user=id_of(user)) >= ACCESS_KEYS_PER_USER:
        raise LimitExceeded.of("AccessKeysPerUser", ACCESS_KEYS_PER_USER)
    key = {
        "id": new_access_key(LONG_TERM, ctx.scope.account),
        "secret": base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
        "status": "Active",
        "created_ms": ctx.now_ms,
    }
    _rows.insert(ctx, user=id_of(user), **key)
    return {
        "AccessKey": {
            "UserName": "" if user is None else user.name,
            "AccessKeyId": key["id"],
            "Status": key["status"],
            "SecretAccessKey": key["secret"],
            "CreateDate": to_datetime(ctx.now_ms),
        }
    }


@query("ListAccessKeys")
def list_access_keys(ctx: Query, params: Params) -> Result:
    """The keys of a user, without their secrets."""
    user = user_or_root(ctx, params)

    def shown(row: Row) -> dict[str, Any]:
        return {
            **name_member(user),
            "AccessKeyId": row.id,
            "Status": row.status,
            "CreateDate": to_datetime(row.created_ms),
        }

    found = keys_of(ctx, id_of(user))
    return page(params, "AccessKeyMetadata", found, lambda row: row.id, shown)


@command("UpdateAccessKey")
def update_access_key(ctx: Command, params: Params) -> Result:
    """Make a key active or inactive: an inactive one is refused where requests are verified."""
    row = _found(ctx, params)
    _rows.update(ctx, {"id": row.id}, status=params["Status"])
    return None


@command("DeleteAccessKey")
def delete_access_key(ctx: Command, params: Params) -> Result:
    """Delete a key for good."""
    row = _found(ctx, params)
    _rows.delete(ctx, id=row.id)
    return None


@query("GetAccessKeyLastUsed")
def get_access_key_last_used(ctx: Query, params: Params) -> Result:
    """When, where and for which service a key was last used. Only keys of the account may be asked for."""
    row = _rows.find(ctx, id=params["AccessKeyId"])
    if row is None:
        raise AwsError(
            f"User: {ctx.call.caller.principal} is not authorized to perform iam:GetAccessKeyLastUsed on "
            f"resource: access key {params['AccessKeyId']}",
            code="AccessDenied",
            status=403,
        )
    at_ms, service, region = last_use(ctx, row)
    used: dict[str, Any] = {"ServiceName": service, "Region": region}
    if at_ms is not None:
        used["LastUsedDate"] = to_datetime(at_ms)
    return {"UserName": name_of(ctx, row.user), "AccessKeyLastUsed": used}


def keys_of(at: Reading, user_id: str) -> list[Row]:
    """The keys of a user, or of the root."""
    return _rows.all(at, user=user_id)


def last_use(ctx: Command | Query, key: Row) -> tuple[int | None, str, str]:
    """When a key was last used (None: never), for which service and in which region."""
    use = ctx.engine.part(LastUses).of(key.id)
    if use is not None:
        return use.at_ms, use.signing_name, use.region
    if key.used_ms is None:
        return None, _NOT_AVAILABLE, _NOT_AVAILABLE
    return key.used_ms, key.used_service, key.used_region


def _found(ctx: Command, params: Params) -> Row:
    user = user_or_root(ctx, params)
    row = _rows.find(ctx, id=params["AccessKeyId"])
    if row is None or row.user != id_of(user):
        raise NoSuchEntity(f"The Access Key with id {params['AccessKeyId']} cannot be found.")
    return row
