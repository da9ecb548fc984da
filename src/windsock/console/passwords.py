"""The page on which a user changes the own password."""

from __future__ import annotations

from windsock.console.calls import change_password
from windsock.console.frame import Frame
from windsock.console.rendering import redirect
from windsock.engine.identities import Identity
from windsock.gateway.request import Response
from windsock.kernel.errors import AwsError


async def ask(frame: Frame) -> Response:
    """The form."""
    if frame.visit.identity is None:
        return redirect("sign-in")
    return _form(frame, _user(frame))


async def change(frame: Frame) -> Response:
    """Change it, or say why not."""
    user = _user(frame)
    refused = await change_password(frame.visit, user)
    return _form(frame, user, refused, changed=not refused)


def _form(frame: Frame, user: Identity, refused: str = "", *, changed: bool = False) -> Response:
    return frame.page(
        "password.html",
        400 if refused else 200,
        title="Change password",
        refused=refused,
        changed=changed,
        user=user.arn.rpartition("/")[2],
    )


def _user(frame: Frame) -> Identity:
    identity = frame.visit.identity
    if identity is None or identity.kind != "user":
        raise AwsError("Only users have a password.", code="InvalidUserType", status=403)
    return identity
