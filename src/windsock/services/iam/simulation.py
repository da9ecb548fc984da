"""The policy simulator: what would be decided, without anything being done.

It is the same deciding as that of real calls (`languages/policies`). The policies of a principal are taken
together with those that its organisation sets on its account.
Sources: API_SimulateCustomPolicy, API_SimulatePrincipalPolicy and API_EvaluationResult below
https://docs.aws.amazon.com/IAM/latest/APIReference/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.organizations import Levels, Organizations
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import NotImplementedOperation
from windsock.languages.policies import (
    Decision,
    Kind,
    Policies,
    Policy,
    PolicyError,
    Principal,
    Request,
    decide,
    parse,
)
from windsock.services.iam.errors import InvalidInput, NoSuchEntity, invalid_arn
from windsock.services.iam.held_policies import HeldPolicy, held_by, managed
from windsock.services.iam.pages import page
from windsock.services.iam.principals import KINDS, USER, PrincipalKind
from windsock.services.iam.statement_positions import position, statement_spans
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_VERDICTS: Final = {
    "allow": "allowed",
    "explicit_deny": "explicitDeny",
    "implicit_deny": "implicitDeny",
}
_EVERYTHING: Final = parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
_NOT_SIMULATED: Final = ("PolicyExclusionList", "OrderedOrganizationPolicyInputList")
_RESOURCE_POLICY: Final = "ResourcePolicy"


@dataclass(frozen=True, slots=True)
class _Simulation:
    """What stays the same over all actions and resources that are asked about."""

    principal: Principal
    policies: Policies
    held: Mapping[str, HeldPolicy]
    context: Mapping[str, str | Sequence[str]]
    owner: str

    def result(self, action: str, resource: str) -> dict[str, Any]:
        """What would be decided on one action and resource."""
        request = Request(self.principal, action, resource, self.context, self.owner)
        decision = decide(request, self.policies)
        result: dict[str, Any] = {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": _VERDICTS[decision.verdict],
            "MatchedStatements": [*self._matched(decision)],
            "MissingContextValues": self._missing(request),
        }
        if self.policies.boundary is not None:
            bounded = decide(request, Policies(identity=[self.policies.boundary]))
            result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": bounded.allowed}
        if self.policies.service_control:
            left = decide(request, Policies([_EVERYTHING], service_control=self.policies.service_control))
            result["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": left.allowed}
        return result

    def _matched(self, decision: Decision) -> Sequence[dict[str, Any]]:
        matched = []
        for match in decision.matches:
            held = self.held.get(match.policy.name)
            if held is None:
                continue  # of the organisation, which is not told
            span = statement_spans(held.document)[match.statement.index]
            matched.append(
                {
                    "SourcePolicyId": held.id,
                    "SourcePolicyType": held.type,
                    "StartPosition": position(held.document, span.start),
                    "EndPosition": position(held.document, span.end),
                }
            )
        return matched

    def _missing(self, request: Request) -> list[str]:
        """The condition keys that the policies read and nobody gave."""
        limiting = [self.policies.boundary, self.policies.resource]
        every = [*self.policies.identity, *(policy for policy in limiting if policy is not None)]
        read = {key for policy in every for key in policy.context_keys}
        return sorted(key for key in read if key.lower() not in request.keys)


@query("SimulateCustomPolicy")
def simulate_custom_policy(ctx: Query, params: Params) -> Result:
    """What the policies that are given would let somebody do."""
    return _simulated(ctx, params, _inputs(params), params.get("CallerArn"))


@query("SimulatePrincipalPolicy")
def simulate_principal_policy(ctx: Query, params: Params) -> Result:
    """What the policies of a user, group or role, and those given beside them, would let them do."""
    kind, row = _source(ctx, params["PolicySourceArn"])
    boundary = getattr(row, "boundary", None)
    bounds = managed(ctx, boundary) if boundary and "PermissionsBoundaryPolicyInputList" not in params else []
    caller = params.get("CallerArn") or (None if kind.word == "group" else kind.arn(row))
    guards = ctx.engine.part(Organizations).guards(ctx.scope.account)
    held = [*held_by(ctx, kind, row), *_inputs(params)]
    return _simulated(ctx, params, held, caller, bounds, guards.service_control)


@query("GetContextKeysForCustomPolicy")
def get_context_keys_for_custom_policy(ctx: Query, params: Params) -> Result:
    """The condition keys that policies read."""
    return _context_keys(_inputs(params))


@query("GetContextKeysForPrincipalPolicy")
def get_context_keys_for_principal_policy(ctx: Query, params: Params) -> Result:
    """The condition keys that the policies of a user, group or role read, and those given beside them."""
    kind, row = _source(ctx, params["PolicySourceArn"])
    return _context_keys([*held_by(ctx, kind, row), *_inputs(params)])


def _simulated(
    ctx: Query,
    params: Params,
    held: Sequence[HeldPolicy],
    caller: str | None,
    bounds: Sequence[HeldPolicy] = (),
    service_control: Levels = (),
) -> Result:
    for member in _NOT_SIMULATED:
        if params.get(member):
            raise NotImplementedOperation("iam", f"{ctx.call.operation} with {member}")
    bounds = [*bounds, *_inputs(params, "PermissionsBoundaryPolicyInputList")]
    resource_policies = _resource_policy(params, caller)
    policies = Policies(
        identity=[_compiled(policy, "identity") for policy in held],
        boundary=next((_compiled(policy, "identity") for policy in bounds), None),
        resource=next((_compiled(policy, "resource") for policy in resource_policies), None),
        service_control=service_control,
    )
    simulation = _Simulation(
        principal=_principal(ctx, caller),
        policies=policies,
        held={_named(policy): policy for policy in (*held, *bounds, *resource_policies)},
        context=_context(params),
        owner=_owner(params),
    )
    asked = [
        (action, resource)
        for action in params["ActionNames"]
        for resource in params.get("ResourceArns") or ("*",)
    ]
    return page(
        params,
        "EvaluationResults",
        range(len(asked)),
        lambda number: f"{number:06d}",
        lambda number: simulation.result(asked[number][0], asked[number][1]),
    )


def _inputs(params: Params, member: str = "PolicyInputList") -> list[HeldPolicy]:
    documents = params.get(member) or ()
    return [HeldPolicy(f"{member}.{number}", "none", text) for number, text in enumerate(documents, 1)]


def _resource_policy(params: Params, caller: str | None) -> list[HeldPolicy]:
    document = params.get(_RESOURCE_POLICY)
    if document is None:
        return []
    if caller is None:
        raise InvalidInput("CallerArn is required with ResourcePolicy.")
    return [HeldPolicy(_RESOURCE_POLICY, "resource", document)]


def _named(policy: HeldPolicy) -> str:
    return f"{policy.type}/{policy.id}"


def _compiled(policy: HeldPolicy, kind: Kind) -> Policy:
    try:
        return parse(policy.document, kind).named(_named(policy))
    except PolicyError as error:
        raise InvalidInput(f"{policy.id}: {error}") from error


def _context_keys(held: Sequence[HeldPolicy]) -> Result:
    keys = {key for policy in held for key in _compiled(policy, "identity").context_keys}
    return {"ContextKeyNames": sorted(keys)}


def _source(at: Reading, arn: str) -> tuple[PrincipalKind, Row]:
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam":
        raise invalid_arn(arn)
    word, _, path_and_name = parsed.resource.partition("/")
    kind = next((each for each in KINDS if each.word == word), None)
    if kind is None:
        raise invalid_arn(arn)
    row = kind.find(at, path_and_name.rpartition("/")[2])
    if row is None or kind.arn(row) != arn:
        raise NoSuchEntity(f"The entity {arn} cannot be found.")
    return kind, row


def _principal(ctx: Query, caller: str | None) -> Principal:
    """Who is simulated: a user, a session of a role, or (nobody being named) some user of the account."""
    if caller is None:
        return Principal.user(ctx.scope.of_account.arn("iam", "user/*"))
    if f":{USER.word}/" in caller:
        return Principal.user(caller)
    if caller.endswith(":root"):
        return Principal.root(ctx.scope.account, ctx.scope.partition)
    return Principal.session(caller, caller)


def _context(params: Params) -> dict[str, str | Sequence[str]]:
    context: dict[str, str | Sequence[str]] = {}
    for entry in params.get("ContextEntries") or ():
        values: list[str] = list(entry.get("ContextKeyValues") or ())
        single = not entry.get("ContextKeyType", "string").endswith("List") and len(values) == 1
        context[entry["ContextKeyName"]] = values[0] if single else values
    return context


def _owner(params: Params) -> str:
    owner = parse_arn(params.get("ResourceOwner") or "")
    return "" if owner is None else owner.account
