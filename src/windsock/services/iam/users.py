"""Users.

Sources: API_CreateUser, API_GetUser, API_ListUsers, API_UpdateUser and API_DeleteUser below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list
from windsock.kernel.clock import to_datetime
from windsock.services.iam import boundaries, deletion
from windsock.services.iam.errors import LimitExceeded, ValidationError
from windsock.services.iam.limits import USERS
from windsock.services.iam.names import path_of, unique_id
from windsock.services.iam.pages import page, under_path
from windsock.services.iam.principals import USER
from windsock.services.iam.tag_sets import new_tags
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

# How rows of other tables name the account's root where a user could be.
ROOT = ""


@command("CreateUser")
def create_user(ctx: Command, params: Params) -> Result:
    """Make a user, who can do nothing yet."""
    name: str = params["UserName"]
    path, tags = path_of(params), new_tags(params, any_case=True)
    boundary = boundaries.checked(ctx, params)
    USER.refuse_taken(ctx, name)
    if USER.rows.count(ctx) >= USERS:
        raise LimitExceeded.of("UsersPerAccount", USERS)
    USER.rows.insert(
        ctx,
        key=name.lower(),
        name=name,
        id=unique_id(USER.prefix),
        path=path,
        boundary=boundary,
        tags=tags,
        created_ms=ctx.now_ms,
    )
    return {"User": shown(USER.named(ctx, name))}


@query("GetUser")
def get_user(ctx: Query, params: Params) -> Result:
    """A user, by default the one who calls. The root is told when it is the root that asks for itself."""
    user = user_or_root(ctx, params)
    if user is None:
        scope = ctx.scope.of_account
        root = {"Path": "/", "UserId": scope.account, "Arn": scope.arn("iam", "root")}
        return {"User": {**root, "CreateDate": to_datetime(0)}}
    return {"User": shown(user)}


@query("ListUsers")
def list_users(ctx: Query, params: Params) -> Result:
    """The users below a path."""
    found = under_path(params, USER.rows.all(ctx))
    return page(params, "Users", found, lambda row: row.key, listed)


@command("UpdateUser")
def update_user(ctx: Command, params: Params) -> Result:
    """Give a user another name, path or both; what is the user's stays so."""
    user = USER.of(ctx, params)
    name = params.get("NewUserName", user.name)
    path = path_of(params, "NewPath") if "NewPath" in params else user.path
    if name.lower() != user.key:
        USER.refuse_taken(ctx, name)
    USER.rows.update(ctx, {"key": user.key}, key=name.lower(), name=name, path=path)
    return None


@command("DeleteUser")
def delete_user(ctx: Command, params: Params) -> Result:
    """Delete a user who has nothing any more. Raises DeleteConflict."""
    user = USER.of(ctx, params)
    deletion.refuse_used_user(ctx, user)
    USER.rows.delete(ctx, key=user.key)
    return None


def user_or_root(ctx: Command | Query, params: Params) -> Row | None:
    """The user that a call is about: the one it names, else who calls. None is the account's root.

    Raises NoSuchEntity, and ValidationError where a role calls and names nobody.
    """
    if "UserName" in params:
        return USER.of(ctx, params)
    caller = ctx.call.caller
    if caller.kind == "account":
        return None
    user = USER.rows.find(ctx, id=caller.user_id) if caller.kind == "user" else None
    if user is None:
        raise ValidationError("Must specify userName when calling with non-User credentials")
    return user


def require_user(ctx: Command | Query, params: Params) -> Row:
    """The user that a call is about: the one it names, else who calls, who must not be the root.

    Raises NoSuchEntity and ValidationError.
    """
    user = user_or_root(ctx, params)
    if user is None:
        raise ValidationError("Must specify userName when calling with non-User credentials")
    return user


def id_of(user: Row | None) -> str:
    """How rows of other tables name a user, or the root."""
    return ROOT if user is None else user.id


def listed(user: Row) -> dict[str, Any]:
    """A user as lists show it."""
    used_ms = user.password_used_ms
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": USER.arn(user),
        "CreateDate": to_datetime(user.created_ms),
        **({} if used_ms is None else {"PasswordLastUsed": to_datetime(used_ms)}),
    }


def shown(user: Row) -> dict[str, Any]:
    """A user as it is told by itself: with its tags and permissions boundary."""
    answer = {**listed(user), **boundaries.shown(user)}
    tags = tag_list(user.tags)
    return {**answer, "Tags": tags} if tags else answer


def name_member(user: Row | None) -> dict[str, str]:
    """`UserName` in an answer; the root has none."""
    return {} if user is None else {"UserName": user.name}


def name_of(at: Reading, user_id: str) -> str:
    """The name of the user with a unique id; the root's is empty."""
    user = USER.rows.find(at, id=user_id) if user_id else None
    return "" if user is None else user.name
