"""Passwords of users, for signing in to the console: kept, checked against the password policy, and changed.

Sources: API_CreateLoginProfile, API_UpdateLoginProfile and API_ChangePassword below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.services.iam.errors import (
    EntityAlreadyExists,
    InvalidUserType,
    NoSuchEntity,
    PasswordPolicyViolation,
)
from windsock.services.iam.password_policy import check_password, password_policy
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import login_profiles
from windsock.services.iam.users import require_user
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_rows = Rows(login_profiles)

_SALT_BYTES: Final = 16
# The cost of scrypt: about 10 ms and 4 MB a password.
_COST: Final = {"n": 2**12, "r": 8, "p": 1}
_NOBODYS: Final = base64.b64encode(bytes(_SALT_BYTES)).decode()


@command("CreateLoginProfile")
def create_login_profile(ctx: Command, params: Params) -> Result:
    """Give a user a password."""
    user = require_user(ctx, params)
    if _rows.find(ctx, user=user.id) is not None:
        raise EntityAlreadyExists(f"Login Profile for user {user.name} already exists.")
    password = params.get("Password", "")
    check_password(ctx, password)
    _rows.insert(
        ctx,
        user=user.id,
        password=_hashed(password),
        former="[]",
        reset_required=int(params.get("PasswordResetRequired", False)),
        created_ms=ctx.now_ms,
        changed_ms=ctx.now_ms,
    )
    return {"LoginProfile": _shown(user, _profile(ctx, user))}


@query("GetLoginProfile")
def get_login_profile(ctx: Query, params: Params) -> Result:
    """Since when a user has a password."""
    user = require_user(ctx, params)
    return {"LoginProfile": _shown(user, _profile(ctx, user))}


@command("UpdateLoginProfile")
def update_login_profile(ctx: Command, params: Params) -> Result:
    """Set a user's password anew, or whether the user must."""
    user = require_user(ctx, params)
    profile = _profile(ctx, user)
    if "Password" in params:
        _set_password(ctx, profile, params["Password"])
    if "PasswordResetRequired" in params:
        _rows.update(ctx, {"user": user.id}, reset_required=int(params["PasswordResetRequired"]))
    return None


@command("DeleteLoginProfile")
def delete_login_profile(ctx: Command, params: Params) -> Result:
    """Take a user's password."""
    user = require_user(ctx, params)
    _profile(ctx, user)
    _rows.delete(ctx, user=user.id)
    return None


@command("ChangePassword")
def change_password(ctx: Command, params: Params) -> Result:
    """A user changes the own password."""
    if ctx.call.caller.kind != "user":
        raise InvalidUserType("Only IAM Users can change their own password")
    user = require_user(ctx, {})
    profile = _profile(ctx, user)
    if not is_password(params["OldPassword"], profile):
        raise AwsError("The old password was incorrect.", code="AccessDenied", status=403)
    _set_password(ctx, profile, params["NewPassword"])
    _rows.update(ctx, {"user": user.id}, reset_required=0)
    return None


def login_profile_of(at: Reading, user: Row) -> Row | None:
    """The row of a user's login profile, or None."""
    return _rows.find(at, user=user.id)


def is_password(password: str, profile: Row | None) -> bool:
    """Whether it is the password of a login profile. Without one it takes as long, and is not."""
    return _is_hashed(password, _NOBODYS if profile is None else profile.password) and profile is not None


def _profile(at: Reading, user: Row) -> Row:
    profile = _rows.find(at, user=user.id)
    if profile is None:
        raise NoSuchEntity(f"Login Profile for User {user.name} cannot be found.")
    return profile


def _set_password(ctx: Command, profile: Row, password: str) -> None:
    """Raises PasswordPolicyViolation, also for one of as many former passwords as the policy remembers."""
    check_password(ctx, password)
    remembered = (password_policy(ctx) or {}).get("PasswordReusePrevention", 0)
    former: list[str] = [profile.password, *orjson.loads(profile.former)][:remembered]
    if any(_is_hashed(password, each) for each in former):
        raise PasswordPolicyViolation("Password has been used before.")
    _rows.update(
        ctx,
        {"user": profile.user},
        password=_hashed(password),
        former=orjson.dumps(former).decode(),
        changed_ms=ctx.now_ms,
    )


def _shown(user: Row, profile: Row) -> dict[str, Any]:
    return {
        "UserName": user.name,
        "CreateDate": to_datetime(profile.created_ms),
        "PasswordResetRequired": bool(profile.reset_required),
    }


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(_SALT_BYTES)
    return base64.b64encode(salt + _digest(password, salt)).decode()


def _is_hashed(password: str, hashed: str) -> bool:
    kept = base64.b64decode(hashed)
    return hmac.compare_digest(kept[_SALT_BYTES:], _digest(password, kept[:_SALT_BYTES]))


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST["n"], r=_COST["r"], p=_COST["p"])
