"""What is looked up to decide on a call: keys, policies and whole ARNs of resources, roles behind names.

A look is a call that windsock makes itself, which is neither decided on nor recorded; what is not there tells
nothing. Keys of resources are only looked up for policies that ask for them.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.engine.access import Need, needs_of, resource_looks_of, role_looks_of
from windsock.engine.access_looks import RoleLook
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.languages.policies import Policy

if TYPE_CHECKING:
    from windsock.engine.calls import Call
    from windsock.engine.engine import Engine

_IAM = "iam"


def keys_asked(*policies: Policy | None) -> frozenset[str]:
    """The condition keys that policies look at, in lower case."""
    return frozenset(key.lower() for policy in policies if policy is not None for key in policy.context_keys)


async def resource_context(
    engine: Engine, call: Call, need: Need, asked: frozenset[str]
) -> dict[str, str | tuple[str, ...]]:
    """What is known of the resource of a need, as condition keys, if any of those `asked` for tells of it."""
    service, arn = _service_of(call, need), parse_arn(need.resource)
    found: dict[str, str | tuple[str, ...]] = {}
    if arn is None:
        return found
    for look in resource_looks_of(service):
        params = look.params_of(arn) if look.tells(asked) else None
        if params is not None:
            answer = await _answer(engine, call, service, look.operation, params, arn)
            found |= look.context(answer, call)
    return found


async def located(engine: Engine, call: Call, need: Need) -> Need:
    """The need with the whole ARN of its resource, where calls name that by the end of it."""
    service, arn = _service_of(call, need), parse_arn(need.resource)
    if arn is None:
        return need
    for look in resource_looks_of(service):
        params = look.params_of(arn) if look.arn is not None else None
        if look.arn is None or params is None:
            continue
        for whole in look.arn.values(await _answer(engine, call, service, look.operation, params, arn), call):
            return dataclasses.replace(need, resource=whole)
    return need


async def policy_of(engine: Engine, call: Call, arn: Arn) -> str | None:
    """The policy of a resource of the called service, where the service is asked for it."""
    for look in resource_looks_of(call.service):
        params = look.params_of(arn) if look.policy is not None else None
        if look.policy is None or params is None:
            continue
        answer = await _answer(engine, call, call.service, look.operation, params, arn)
        return next(iter(look.policy.values(answer, call)), None)
    return None


def place_of(call: Call) -> Scope:
    """Where a call is answered: with a resource that has a policy, which lets in other accounts too."""
    looks = [look for look in resource_looks_of(call.service) if look.policy is not None]
    for need in needs_of(call) if looks else ():
        arn = parse_arn(need.resource)
        if arn is not None and arn.account.isdigit() and any(look.params_of(arn) for look in looks):
            return Scope(arn.account, arn.region)
    return call.scope


async def roles_passed(engine: Engine, call: Call) -> list[Need]:
    """What it needs to pass the roles that a call does not name itself."""
    found: list[Need] = []
    for look, passing in role_looks_of(call):
        roles = await _roles(engine, call, look, call.params)
        found += [passing(role) for role in dict.fromkeys(roles)]
    return found


async def _roles(engine: Engine, call: Call, look: RoleLook, params: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for asked in look.asked(params, call):
        answer = await _answer(engine, call, look.service, look.operation, asked, None)
        if look.roles is not None:
            found += look.roles.values(answer, call)
        if look.then is not None:
            found += await _roles(engine, call, look.then, answer)
    return found


def _service_of(call: Call, need: Need) -> str:
    """Whose the resource is: roles that are passed to the called service are IAM's."""
    return _IAM if need.action.startswith(f"{_IAM}:") else call.service


async def _answer(
    engine: Engine, call: Call, service: str, operation: str, params: dict[str, Any], arn: Arn | None
) -> Mapping[str, Any]:
    scope = call.scope
    if arn is not None:
        scope = Scope(arn.account or scope.account, arn.region or scope.region)
    asking = dataclasses.replace(call, service=service, operation=operation, params=params, scope=scope)
    try:
        return await engine.chain.look(asking) or {}
    except AwsError:
        return {}  # the resource is not there, or has nothing of the kind
