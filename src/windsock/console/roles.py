"""Switching to a role and back. The session that was left waits in a cookie of its own.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
"""

from __future__ import annotations

from windsock.console.calls import account_of, login_to
from windsock.console.cookies import BACK, SESSION, cookie, no_cookie, read_cookie, session_value
from windsock.console.frame import Frame
from windsock.console.rendering import redirect
from windsock.gateway.request import Response
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_REGION, Scope


async def ask(frame: Frame) -> Response:
    """The form."""
    return redirect("sign-in") if frame.visit.identity is None else _form(frame)


async def switch(frame: Frame) -> Response:
    """Go on as a session of the role, or say why not."""
    visit = frame.visit
    account = await account_of(visit, frame.field("account").strip())
    name = frame.field("role").strip()
    if account is None or not name:
        return _form(frame, 400, refused="Give the account that has the role, and the role's name.")
    arn = Scope(account, DEFAULT_REGION).of_account.arn("iam", f"role/{name}")
    try:
        begun = await visit.call("iam", "SwitchRole", {"RoleArn": arn, "LoginTo": login_to(visit)})
    except AwsError as error:
        return _form(frame, 400, refused=error.message)
    request = visit.request
    # Who is in a role already goes back to where they signed in, not to that role.
    left = read_cookie(request, BACK) or read_cookie(request, SESSION)
    return redirect(
        "", [cookie(request, SESSION, session_value(begun["Credentials"])), cookie(request, BACK, left)]
    )


async def switch_back(frame: Frame) -> Response:
    """Go on as who signed in."""
    request = frame.visit.request
    left = read_cookie(request, BACK)
    return redirect("", [cookie(request, SESSION, left), no_cookie(BACK)] if left else [])


def _form(frame: Frame, status: int = 200, refused: str = "") -> Response:
    return frame.page(
        "switch_role.html",
        status,
        title="Switch role",
        refused=refused,
        account=frame.field("account"),
        role=frame.field("role"),
    )
