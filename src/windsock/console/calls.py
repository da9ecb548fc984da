"""What the console asks of IAM for somebody who is not signed in yet, and for who changes a password."""

from __future__ import annotations

from typing import Any

from windsock.console.paths import CONSOLE_PREFIX
from windsock.console.visits import Visit
from windsock.engine.calls import Caller
from windsock.engine.identities import Identity
from windsock.engine.sign_ins import SIGN_IN_REGION
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, Scope


async def signing_in(visit: Visit, account: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """Take a step of signing in to an account. Raises SignInFailed and TooManySignIns."""
    host = visit.request.headers.get("host")
    place = f"http://{host}" if host else visit.engine.settings.endpoint
    params = {**params, "LoginTo": f"{place}{CONSOLE_PREFIX}/"}
    return await _iam(visit, _stranger(visit, account), operation, params)


async def account_of_alias(visit: Visit, alias: str) -> str | None:
    """The account of that alias, or None."""
    asking = _stranger(visit, DEFAULT_ACCOUNT)
    found = await _iam(visit, asking, "GetAccountOfAlias", {"AccountAlias": alias})
    return found["AccountId"] or None


async def change_password(visit: Visit, user: Identity) -> str:
    """Change the user's password, as that user, by the fields of a form; why it was refused, or nothing."""
    fields = visit.request.fields
    if fields.get("new_password", "") != fields.get("new_password_again", ""):
        return "The new passwords are not the same."
    params = {"OldPassword": fields.get("old_password", ""), "NewPassword": fields.get("new_password", "")}
    caller = Caller(
        user.kind,
        user.account,
        user.arn,
        source_ip=visit.source_ip,
        user_agent=visit.user_agent,
        user_id=user.user_id,
        session=user.session,
    )
    try:
        await _iam(visit, caller, "ChangePassword", params)
    except AwsError as error:
        return error.message
    return ""


def _stranger(visit: Visit, account: str) -> Caller:
    """Windsock itself, on behalf of whoever sits at the browser."""
    root = Caller.root(account)
    return Caller(root.kind, account, root.principal, "", visit.source_ip, visit.user_agent, account)


async def _iam(visit: Visit, caller: Caller, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    scope = Scope(caller.account, SIGN_IN_REGION)
    return await visit.engine.call("iam", operation, params, caller=caller, scope=scope) or {}
