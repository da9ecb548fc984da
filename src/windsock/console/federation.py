"""The federation endpoint: temporary credentials buy a link that signs in, as identity brokers make them.

    GET /federation?Action=getSigninToken&Session={"sessionId": ..., "sessionKey": ..., "sessionToken": ...}
    GET /federation?Action=login&SigninToken=...&Destination=...

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from windsock.console.calls import signing_in
from windsock.console.cookies import session_value
from windsock.console.frame import Frame
from windsock.console.paths import CONSOLE_PREFIX
from windsock.console.signing_in import enter
from windsock.engine.sign_ins import SignInFailed
from windsock.gateway.request import Response
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT

_JSON: Final = {"content-type": "application/json", "cache-control": "no-store"}
_OLD_LINK: Final = "This link to sign in is too old, or was not made here. Ask for a new one."
_MEMBERS: Final = {
    "sessionId": "AccessKeyId",
    "sessionKey": "SecretAccessKey",
    "sessionToken": "SessionToken",
}


async def get_signin_token(frame: Frame) -> Response:
    """`{"SigninToken": ...}` for the credentials in the query."""
    try:
        params = _session(frame.field("Session"))
        if frame.field("SessionDuration"):
            params["SessionDuration"] = _seconds(frame.field("SessionDuration"))
        token = await signing_in(frame.visit, DEFAULT_ACCOUNT, "GetSigninToken", params)
    except AwsError as error:
        return Response(error.status, _JSON, orjson.dumps({"code": error.code, "message": error.message}))
    return Response(200, _JSON, orjson.dumps({"SigninToken": token["SigninToken"]}))


async def login(frame: Frame) -> Response:
    """Sign in whoever follows the link. The page that it is on is another site's, so the cookie is `Lax`."""
    params = {"SigninToken": frame.field("SigninToken")}
    try:
        begun = await signing_in(frame.visit, DEFAULT_ACCOUNT, "FederatedConsoleLogin", params)
    except SignInFailed as error:
        raise AwsError(_OLD_LINK, code=error.code, status=error.status) from error
    wanted = urlsplit(frame.field("Destination")).path.removeprefix(f"{CONSOLE_PREFIX}/")
    return enter(frame, session_value(begun["Credentials"]), "Lax", to=wanted)


def _session(text: str) -> dict[str, Any]:
    try:
        session = orjson.loads(text)
        return {name: str(session[member]) for member, name in _MEMBERS.items()}
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise AwsError(
            f"Session must be a JSON object with {', '.join(_MEMBERS)}.", code="InvalidInput"
        ) from error


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise AwsError(f"SessionDuration must be a number of seconds, not {text!r}.", code="InvalidInput")
    return int(text)
