"""What IAM asks of a policy beyond its shape, by where it stands, in the order it complains.

The messages are IAM's. A service's own resource policies are only asked to say whom, what and how: their
actions and resources are that service's to judge.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from windsock.languages.policies.errors import PolicyError
from windsock.languages.policies.operators.dates import instant_of
from windsock.languages.policies.resource_checks import LEGACY, resource_problem
from windsock.languages.policies.shape import LATEST, RawPolicy, RawStatement

Check = Callable[[RawPolicy], None]

_VENDOR: Final = re.compile(r"[a-zA-Z0-9.-]+|\*")
_TRUST_ACTION: Final = re.compile(r"sts:[\w*?]+|\*", re.IGNORECASE)


def _version(policy: RawPolicy) -> None:
    if policy.version != LATEST:
        raise PolicyError("Policy document must be version 2012-10-17 or greater.")


def _legacy(policy: RawPolicy) -> None:
    """What IAM's older parser, which still reads every policy first, does not take."""
    dates = (
        value
        for statement in policy.statements
        for operator, keys in statement.conditions.items()
        if operator.rpartition(":")[2].startswith("Date")
        for values in keys.values()
        for value in values
    )
    if (
        not all(statement.effect in ("Allow", "Deny") for statement in policy.statements)
        or not all(instant_of(date) is not None for date in dates)
        or _first_problem(policy) == LEGACY
    ):
        raise PolicyError(LEGACY)


def _sids(policy: RawPolicy) -> None:
    sids = [statement.sid for statement in policy.statements if statement.sid]
    if len(sids) != len(set(sids)):
        raise PolicyError("Statement IDs (SID) in a single policy must be unique.")


def _has_actions(policy: RawPolicy) -> None:
    if not all(statement.actions or statement.not_actions for statement in policy.statements):
        raise PolicyError("Policy statement must contain actions.")


def _resource_formats(policy: RawPolicy) -> None:
    problem = _first_problem(policy)
    if problem is not None:
        raise PolicyError(problem)


def _first_problem(policy: RawPolicy) -> str | None:
    problems = (
        resource_problem(resource)
        for statement in policy.statements
        for resource in _listed(statement.resources, statement.not_resources)
    )
    return next((problem for problem in problems if problem is not None), None)


def _vendors(policy: RawPolicy) -> None:
    for statement in policy.statements:
        for action in _listed(statement.actions, statement.not_actions):
            _check_vendor(action)


def _check_vendor(action: str) -> None:
    vendor, colon, rest = action.partition(":")
    if not colon and vendor != "*":
        raise PolicyError("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
    if ":" in rest:
        raise PolicyError("Actions/Condition can contain only one colon.")
    if _VENDOR.fullmatch(vendor) is None:
        raise PolicyError(f"Vendor {vendor} is not valid")


def _has_resources(policy: RawPolicy) -> None:
    if not all(statement.resources or statement.not_resources for statement in policy.statements):
        raise PolicyError("Policy statement must contain resources.")


def _no_principal(policy: RawPolicy) -> None:
    if any(map(_names_principal, policy.statements)):
        raise PolicyError("Policy document should not specify a principal.")


def _has_principal(policy: RawPolicy) -> None:
    if not all(map(_names_principal, policy.statements)):
        raise PolicyError("Missing required field Principal")


def _no_resource(policy: RawPolicy) -> None:
    for statement in policy.statements:
        if statement.resources is not None or statement.not_resources is not None:
            raise PolicyError("Has prohibited field Resource")


def _trust_actions(policy: RawPolicy) -> None:
    for statement in policy.statements:
        for action in _listed(statement.actions, statement.not_actions):
            if _TRUST_ACTION.fullmatch(action) is None:
                raise PolicyError("AssumeRole policy may only specify STS AssumeRole actions.")


def _no_bare_star(policy: RawPolicy) -> None:
    """IAM takes `{"AWS": "*"}` in a trust policy, not the bare star."""
    if any(statement.principals and "*" in statement.principals for statement in policy.statements):
        raise PolicyError('AssumeRolepolicy contained an invalid principal: "STAR":"*".')


def _names_principal(statement: RawStatement) -> bool:
    return statement.principals is not None or statement.not_principals is not None


def _listed(*lists: Sequence[str] | None) -> Iterator[str]:
    for each in lists:
        yield from each or ()


_IDENTITY: Final = (_legacy, _sids, _has_actions, _no_principal, _resource_formats, _vendors, _has_resources)
_TRUST: Final = (
    _legacy,
    _sids,
    _has_actions,
    _has_principal,
    _no_bare_star,
    _vendors,
    _trust_actions,
    _no_resource,
)

CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    "identity": _IDENTITY,
    "managed": (_version, *_IDENTITY),
    "resource": (_has_actions, _has_principal),
    "trust": _TRUST,
}
