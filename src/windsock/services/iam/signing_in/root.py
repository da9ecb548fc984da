"""The root signs in: with an access key of its own, as no root has a password here.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html
"""

from __future__ import annotations

import hmac

from windsock.engine.identities import root_of
from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.sign_ins import ATTEMPT, Attempt, SignInFailed
from windsock.services.iam.signing_in.failures import FailedSignIns
from windsock.services.iam.signing_in.sessions import begin_session


@command("RootConsoleLogin")
def root_console_login(ctx: Command, params: Params) -> Result:
    """`Credentials` for the root of the account, by `AccessKeyId` and `SecretAccessKey` of one of its keys.

    `LoginTo` is the URL that is to be opened. Raises SignInFailed and TooManySignIns.
    """
    failures, key_id = ctx.engine.part(FailedSignIns), params["AccessKeyId"]
    failures.refuse_too_many(ctx.call, key_id)
    root = root_of(ctx.scope)
    attempt = Attempt("ConsoleLogin", ctx.scope.account, root, params.get("LoginTo", ""))
    key = ctx.engine.identities.access_key(key_id, None)
    is_known = key is not None and key.active and key.identity == root
    secret = key.secret if key is not None and is_known else ""
    if not hmac.compare_digest(secret.encode(), params["SecretAccessKey"].encode()) or not is_known:
        failures.note(ctx.call, key_id)
        raise SignInFailed("Failed authentication", attempt)
    return {ATTEMPT: attempt, "Credentials": begin_session(ctx, root, mfa=False)}
