"""What the console asks of IAM for somebody who is not signed in yet, and for who changes a password."""

from __future__ import annotations

from typing import Any

from windsock.console.cookies import scheme_of
from windsock.console.paths import CONSOLE_PREFIX
from windsock.console.visits import Visit, is_account
from windsock.engine.calls import Caller
from windsock.engine.identities import Identity
from windsock.engine.sign_ins import SIGN_IN_REGION
from windsock.kernel.access_keys import issuing_account
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, Scope


async def signing_in(visit: Visit, account: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """Take a step of signing in to an account. Raises SignInFailed and TooManySignIns."""
    params = {**params, "LoginTo": login_to(visit)}
    return await _iam(visit, _stranger(visit, account), operation, params)


def login_to(visit: Visit) -> str:
    """The URL of the console, as the browser knows it."""
    host = visit.request.headers.get("host")
    place = f"{scheme_of(visit.request)}://{host}" if host else visit.engine.settings.endpoint
    return f"{place}{CONSOLE_PREFIX}/"


async def account_of(visit: Visit, number_or_alias: str) -> str | None:
    """The account of that number or alias; None for an alias that nobody has."""
    if is_account(number_or_alias):
        return number_or_alias
    asking = _stranger(visit, DEFAULT_ACCOUNT)
    found = await _iam(visit, asking, "GetAccountOfAlias", {"AccountAlias": number_or_alias})
    return found["AccountId"] or None


async def end_session(visit: Visit, session: str) -> None:
    """End the session of a cookie, if it is one."""
    key, _, token = session.partition(".")
    account = issuing_account(key)
    if account is not None and token:
        params = {"AccessKeyId": key, "SessionToken": token}
        await _iam(visit, _stranger(visit, account), "EndConsoleSession", params)


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
