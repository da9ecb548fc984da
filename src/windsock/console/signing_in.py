"""The sign-in pages: name and password, then a one-time code or a new password if IAM asks for it.

What is right is IAM's to decide (`services/iam/signing_in`); a page only carries its `Proof` from step to
step. Every failure gets the same words, whoever it was.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/console_sign-in.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.console.calls import account_of, change_password, end_session, signing_in
from windsock.console.cookies import BACK, SESSION, SameSite, cookie, no_cookie, read_cookie, session_value
from windsock.console.frame import Frame
from windsock.console.rendering import redirect
from windsock.console.visits import is_account
from windsock.engine.accounts import all_accounts
from windsock.engine.sign_ins import SignInFailed, TooManySignIns
from windsock.gateway.request import Response
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT

_FAILED: Final = "Your authentication information is incorrect. Please try again."
_NO_ACCOUNT: Final = "An account has twelve digits."
# What IAM asks for next, and the page that asks a person for it.
_STEPS: Final = {"MfaCode": "code.html", "NewPassword": "new_password.html"}


async def ask(frame: Frame) -> Response:
    """The page to sign in on."""
    return _form(frame)


async def look(frame: Frame) -> Response:
    """Look at an account without signing in, where that is let."""
    if not frame.visit.may_look:
        raise AwsError("IAM is enforced here: sign in first.", code="AccessDenied", status=403)
    account = frame.field("account").strip()
    return enter(frame, account) if is_account(account) else _form(frame, 400, looking=_NO_ACCOUNT)


async def sign_in(frame: Frame) -> Response:
    """A user signs in by password, or the root by one of its keys."""
    account = await _account(frame)
    if frame.field("kind") == "root":
        params = {
            "AccessKeyId": frame.field("access_key").strip(),
            "SecretAccessKey": frame.field("secret_key").strip(),
        }
        return await _step(frame, account, "RootConsoleLogin", params)
    params = {"UserName": frame.field("user").strip(), "Password": frame.field("password")}
    return await _step(frame, account, "ConsoleLogin", params)


async def show_code(frame: Frame) -> Response:
    """A user shows a one-time code after the password."""
    params = {"Proof": frame.field("proof"), "MfaCode": frame.field("code").strip()}
    return await _step(frame, await _account(frame), "ConsoleLogin", params)


async def set_password(frame: Frame) -> Response:
    """A user who must sets a new password, as that user, and is let in."""
    account, params = await _account(frame), {"Proof": frame.field("proof")}
    return await _step(frame, account, "ConsoleLogin", params, new_password=True)


async def sign_out(frame: Frame) -> Response:
    """End the session of this browser, and with it every copy of its cookie."""
    for name in (SESSION, BACK):
        await end_session(frame.visit, read_cookie(frame.visit.request, name))
    return redirect("sign-in", [no_cookie(SESSION), no_cookie(BACK)])


def enter(frame: Frame, session: str, same_site: SameSite = "Strict", to: str = "") -> Response:
    """Let a session in, to the view that was wanted."""
    wanted = to or frame.field("next")
    cookies = [cookie(frame.visit.request, SESSION, session, same_site), no_cookie(BACK)]
    return redirect(wanted if wanted in frame.views else "", cookies)


async def _account(frame: Frame) -> str | None:
    return await account_of(frame.visit, frame.field("account").strip())


async def _step(
    frame: Frame, account: str | None, operation: str, params: dict[str, Any], *, new_password: bool = False
) -> Response:
    """Take a step of signing in, and show what IAM asks for next."""
    if account is None:
        return _form(frame, 401, failed=_FAILED)
    refused = ""
    try:
        asked = await signing_in(frame.visit, account, operation, params)
        if new_password and asked.get("Asks") == "NewPassword":
            refused = await change_password(frame.visit, asked["User"])
            if not refused:
                asked = await signing_in(frame.visit, account, operation, params)
    except SignInFailed as error:
        return _form(frame, error.status, failed=_FAILED)
    except TooManySignIns as error:
        return _form(frame, error.status, failed=error.message)
    return _next(frame, account, asked, refused)


def _next(frame: Frame, account: str, asked: Mapping[str, Any], refused: str) -> Response:
    if "Credentials" in asked:
        return enter(frame, session_value(asked["Credentials"]))
    return frame.page(
        _STEPS[asked["Asks"]],
        400 if refused else 200,
        title="Sign in",
        account=account,
        proof=asked["Proof"],
        next=frame.field("next"),
        refused=refused,
        user=frame.field("user"),
    )


def _form(frame: Frame, status: int = 200, *, failed: str = "", looking: str = "") -> Response:
    visit = frame.visit
    accounts = visit.engine.store.read(all_accounts) if visit.may_look else []
    fields = {**visit.query, **visit.request.fields}
    return frame.page(
        "sign_in.html",
        status,
        title="Sign in",
        failed=failed,
        looking=looking,
        accounts=[(row.account, row.name) for row in accounts],
        account=fields.get("account", ""),
        user=fields.get("user", ""),
        kind=fields.get("kind", "user"),
        next=fields.get("next", ""),
        default_account=DEFAULT_ACCOUNT,
    )
