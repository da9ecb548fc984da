"""AssumeRoot: a session of a member account's root, for one task, from its organisation's management account.

What it may do is all that the policy of the task does not deny. Who may begin it is the organisation's to
say, and the caller's own policies': the member's account is not asked.
Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from windsock.engine.access_errors import access_denied
from windsock.engine.calls import Caller
from windsock.engine.identities import Session, root_of
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.engine.organizations import Organizations
from windsock.kernel.access_keys import issuing_account
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.sts.credentials import issued
from windsock.services.sts.errors import AccessDenied, ValidationError
from windsock.services.sts.limits import ROOT_TASK_SESSION

_TARGET: Final = re.compile(r"(?:arn:[a-z-]+:iam::)?(\d{12})(?::root)?")
_TASKS: Final = re.compile(
    r"arn:[a-z-]+:iam::aws:policy/root-task/(?:IAMAuditRootUserCredentials|IAMCreateRootUserPassword"
    r"|IAMDeleteRootUserCredentials|S3UnlockBucketPolicy|SQSUnlockQueuePolicy)"
)


@waiting("AssumeRoot")
async def assume_root(ctx: Context, params: Params) -> Result:
    """Credentials of a member's root, for a quarter of an hour at most."""
    target = _TARGET.fullmatch(params["TargetPrincipal"])
    task = params["TaskPolicyArn"].get("arn", "")
    if target is None:
        raise ValidationError(f"{params['TargetPrincipal']} is invalid")
    if _TASKS.fullmatch(task) is None:
        raise ValidationError(f"{task} is invalid")
    identity = root_of(Scope(target[1], ctx.scope.region))
    caller = ctx.call.caller
    if caller.kind == "account" and issuing_account(caller.access_key) is not None:
        raise AccessDenied("You cannot use root user credentials to make this call.")
    if not await _may_begin(ctx, target[1]):
        reason = "because the organization does not allow it"
        raise access_denied("sts", caller.principal, "sts:AssumeRoot", identity.arn, reason)
    before = caller.session
    session = Session(
        issuer=identity.arn,
        issuer_id=identity.user_id,
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + (params.get("DurationSeconds") or ROOT_TASK_SESSION) * 1000,
        policy_arns=(task,),
        source_identity="" if before is None else before.source_identity,
    )
    answer: dict[str, Any] = {"Credentials": issued(ctx, identity, session)}
    if session.source_identity:
        answer["SourceIdentity"] = session.source_identity
    return answer


async def _may_begin(ctx: Context, target: str) -> bool:
    """Whether the caller's account may begin sessions of the root of a member of its organisation."""
    account, organizations = ctx.call.caller.account, ctx.engine.part(Organizations)
    membership = organizations.of(account)
    if membership is None or organizations.of(target) != membership or target == membership.management:
        return False
    caller, scope = Caller.service("sts.amazonaws.com", account), Scope(account, ctx.scope.region)
    try:
        known = await ctx.engine.call("iam", "ListOrganizationsFeatures", {}, caller=caller, scope=scope)
    except AwsError:
        return False
    return known is not None and "RootSessions" in known["EnabledFeatures"]
