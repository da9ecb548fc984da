"""May they? The step of the chain that decides on every call, and in `enforce` refuses those denied.

An account's root may do everything in its account that its organisation and policies of keys do not forbid.
Everybody else needs each action of `access` on each resource: by their own policies, the resource's, or both,
and within what the organisations of the caller and of the resource leave. A role that a service takes must
trust that service; a service without a role delivers to what lets it in.

Modes: `audit` decides, notes what would be denied and lets it through; `enforce` refuses; `off` does neither.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from windsock.engine.access import Need, needs_of
from windsock.engine.access_errors import access_denied, not_trusted
from windsock.engine.authorization_messages import AuthorizationMessages
from windsock.engine.calls import LOG_DELIVERY
from windsock.engine.denials import Denial, Denials
from windsock.engine.organizations import RESOURCE_CONTROLLED, Organizations, is_service_linked
from windsock.engine.request_context import RequestContext, organization_keys
from windsock.engine.resource_facts import keys_asked, located, policy_of, resource_context, roles_passed
from windsock.engine.resource_policies import ResourceAccess, read_policy
from windsock.engine.subjects import Subject, Subjects
from windsock.kernel.arns import parse_arn
from windsock.languages.policies import (
    Decision,
    Match,
    Policies,
    Policy,
    Principal,
    Request,
    decide,
)

if TYPE_CHECKING:
    from windsock.engine.calls import Call
    from windsock.engine.engine import Engine

Context = Mapping[str, str | tuple[str, ...]]
_Denied = tuple[str, Need, Decision]

_WITHOUT_POLICIES: Final = ("account", "service", "anonymous")
_ASSUME_ROLE: Final = "sts:AssumeRole"
_ASSUME_ROOT: Final = "sts:AssumeRoot"
# What AWS services must be let in for, by the resource's policy or the role's trust; all else they do is
# their own affair. They announce their events on the default bus of an account without being let in.
_DELIVERING: Final = frozenset(
    {
        "events:PutEvents",
        "lambda:InvokeFunction",
        "logs:PutLogEvents",
        "s3:GetBucketAcl",
        "s3:PutObject",
        "sns:Publish",
        "sqs:SendMessage",
        "sts:AssumeRole",
    }
)


class _Said(NamedTuple):
    """The policy of a resource, None when it has none that can be read, and its owner's account."""

    policy: Policy | None
    owner: str


class Authorization:
    """Decides on calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mode = engine.settings.iam
        self._subjects = engine.part(Subjects)
        self._organizations = engine.part(Organizations)
        self._denials = engine.part(Denials)

    async def check(self, call: Call) -> None:
        """Raises AccessDenied for a call that is denied, where that is enforced."""
        if self._looks_at(call):
            await self._demand(call, await self._needs(call))

    async def _needs(self, call: Call) -> list[Need]:
        """All a call needs. What a root or a service asks for is not looked up: one may, the other has no
        policies of its own."""
        needs = needs_of(call)
        if call.caller.kind in _WITHOUT_POLICIES:
            return needs
        needs += await roles_passed(self._engine, call)
        return [await located(self._engine, call, need) for need in needs]

    async def require(self, call: Call, need: Need) -> None:
        """Raises AccessDenied when who makes a call may not do something besides, where that is enforced."""
        if self._looks_at(call):
            await self._demand(call, [need])

    def _looks_at(self, call: Call) -> bool:
        """Whether a call is decided on.

        A root without a key is windsock itself, or somebody who opened a mailed link: who asks for what needs
        a signature was turned away before. Any other, audited, may do what no organisation forbids.
        """
        if self._mode == "off":
            return False
        if call.caller.kind != "account":
            return True
        return bool(call.caller.access_key) and (self._mode == "enforce" or self._organizations.any)

    async def _demand(self, call: Call, needs: Iterable[Need]) -> None:
        caller = call.caller
        if caller.kind == "role" and caller.session is None:
            not_taken = await self._not_taken(call)
            if not_taken is not None:
                self._deny(call, *not_taken)
                return
        subject = self._subjects.of(caller, call.scope.region)
        context = RequestContext(self._engine, call)
        for need in needs:
            if caller.kind == "service" and not self._asks_services(call, need):
                continue
            says = await self._said_by_resource(call, need)
            is_own = says.owner == caller.account and not _may_shut_out(need, says)
            if caller.kind == "account" and (self._mode == "audit" or is_own):
                if not self._organizations.any and subject.policies.session is None:
                    continue
                decision = self._decide_on_root(subject, need, context, says.owner)
            else:
                decision = await self._decide(call, subject, need, context, says)
            if not decision.allowed:
                self._deny(call, subject.principal.arn, need, decision)

    def _deny(self, call: Call, user: str, need: Need, decision: Decision) -> None:
        """Note what is needed and not given, and raise AccessDenied where that is enforced."""
        self._note(call, user, need, decision)
        if self._mode == "enforce":
            reason = decision.reason + self._encoded(call, need, decision)
            raise access_denied(call.service, user, need.action, need.resource, reason)

    async def check_federated(self, call: Call, provider: str, needs: Iterable[Need]) -> None:
        """Whether roles trust whom an identity provider (its ARN) vouches for. Raises AccessDenied unless
        they do, where that is enforced.

        The operation asks, as what was claimed is not known before it verified the token.
        """
        if self._mode == "off":
            return
        subject = Subject(Principal.provider(provider), Policies())
        context = RequestContext(self._engine, call)
        for need in needs:
            decision = await self._may_take(call, subject, need, context)
            if decision.allowed:
                continue
            self._note(call, provider, need, decision)
            if self._mode == "enforce":
                raise not_trusted(need.action)

    async def _decide(
        self, call: Call, subject: Subject, need: Need, context: Context, says: _Said
    ) -> Decision:
        keys = {**context, **need.context} if need.context else context
        asked = subject.asked if says.policy is None else subject.asked | keys_asked(says.policy)
        policies = subject.policies
        if says.policy is not None:
            policies = dataclasses.replace(policies, resource=says.policy)
        if self._organizations.any:
            keys = {**keys, **organization_keys(self._engine, "Resource", says.owner)}
            policies = self._guarded(policies, subject.principal, need, says.owner)
            asked |= keys_asked(*itertools.chain(*policies.service_control, *policies.resource_control))
        if asked:
            keys = {**keys, **await resource_context(self._engine, call, need, asked)}
        request = Request(subject.principal, need.action, need.resource, keys, says.owner)
        return decide(request, policies)

    def _decide_on_root(self, subject: Subject, need: Need, context: Context, owner: str) -> Decision:
        """What organisations, and its session, leave to an account's root, who may do all else."""
        principal = subject.principal
        keys = {
            **context,
            **need.context,
            "aws:ResourceAccount": owner,
            **organization_keys(self._engine, "Resource", owner),
        }
        request = Request(principal, need.action, need.resource, keys, principal.account)
        return decide(request, self._guarded(subject.policies, principal, need, owner))

    def _guarded(self, policies: Policies, principal: Principal, need: Need, owner: str) -> Policies:
        """The policies together with those of the organisations of who asks and of the resource."""
        if is_service_linked(principal.entity_arn):
            return policies
        service = need.action.partition(":")[0]
        resource_control = (
            self._organizations.guards(owner).resource_control if service in RESOURCE_CONTROLLED else ()
        )
        return dataclasses.replace(
            policies,
            service_control=self._organizations.guards(principal.account).service_control,
            resource_control=resource_control,
        )

    async def _said_by_resource(self, call: Call, need: Need) -> _Said:
        """The policy of a resource, and who owns it: the account that is called where nothing tells."""
        arn = parse_arn(need.resource)
        owner = arn.account if arn is not None and arn.account.isdigit() else ""
        if need.action == _ASSUME_ROOT:
            return _Said(None, call.caller.account)  # an organisation lets in, not its member
        if need.action.startswith("sts:") and ":role/" in need.resource:
            role = self._subjects.compiled(need.resource)
            return _Said(_TRUSTS_NOBODY if role is None else role.trust, owner or call.scope.account)
        owner = owner or call.scope.account
        if arn is None or arn.service != need.action.partition(":")[0]:
            return _Said(None, owner)
        find = self._engine.rooms.resource_access(call.service)
        if find is not None:
            found = await find(self._engine, arn)
        else:
            found = ResourceAccess(await policy_of(self._engine, call, arn))
        if found is None:
            return _Said(None, owner)
        policy = None if found.policy is None else read_policy(found.policy, need.resource)
        return _Said(policy, found.owner or owner)

    def _asks_services(self, call: Call, need: Need) -> bool:
        """Whether an AWS service needs the resource's policy for an action."""
        if call.caller.principal == LOG_DELIVERY:
            return False
        announces = need.action == "events:PutEvents" and call.scope.account == call.caller.account
        return need.action in _DELIVERING and not announces

    async def _not_taken(self, call: Call) -> _Denied | None:
        """What keeps the service that makes a call as a role, or the role it goes through, from taking it."""
        caller, region, context = call.caller, call.scope.region, RequestContext(self._engine, call)
        service = Subject(Principal.service(caller.source_ip, region), Policies())
        need = Need(_ASSUME_ROLE, caller.through or caller.principal, {})
        decision = await self._may_take(call, service, need, context)
        if not decision.allowed:
            return caller.source_ip, need, decision
        if not caller.through:
            return None
        taker = self._subjects.of(dataclasses.replace(caller, principal=caller.through), region)
        need = Need(_ASSUME_ROLE, caller.principal, {"sts:ExternalId": caller.source_arn})
        decision = await self._may_take(call, taker, need, context)
        return None if decision.allowed else (taker.principal.arn, need, decision)

    async def _may_take(self, call: Call, subject: Subject, need: Need, context: Context) -> Decision:
        return await self._decide(call, subject, need, context, await self._said_by_resource(call, need))

    def _encoded(self, call: Call, need: Need, decision: Decision) -> str:
        """What EC2, and it alone, adds to the words of a denial."""
        if call.service != "ec2":
            return ""
        context = {**RequestContext(self._engine, call), **need.context}
        encoded = self._engine.part(AuthorizationMessages).encode(call, need, decision, context)
        return f". Encoded authorization failure message: {encoded}"

    def _note(self, call: Call, user: str, need: Need, decision: Decision) -> None:
        denial = Denial(
            call.scope.account,
            user,
            need.action,
            need.resource,
            decision.reason,
            tuple(map(_statement, decision.matches)),
            self._mode == "enforce",
        )
        self._denials.note(denial, self._engine.clock.now_ms(), call.request_id, call.cause)


def _may_shut_out(need: Need, says: _Said) -> bool:
    """Whether a resource lets nobody in but by its policy, not even its account's root: a key does."""
    return need.action.startswith("kms:") and says.policy is not None


def _statement(match: Match) -> str:
    """A statement as people find it again: its policy and its Sid or number."""
    sid = match.statement.sid or f"statement {match.statement.index + 1}"
    return f"{match.policy.name or match.source.value}: {sid}"


# That of a role that is not there.
_TRUSTS_NOBODY: Final = Policy("trust", version="2012-10-17", id="", statements=())
