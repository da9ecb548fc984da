"""What a request puts on the session it begins: policies that bound it, and tags.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from windsock.engine.identities import Session
from windsock.engine.operations import Context, Params
from windsock.languages.policies import PolicyError, parse
from windsock.services.sts.errors import (
    InvalidParameterValue,
    MalformedPolicyDocument,
    PackedPolicyTooLarge,
    ValidationError,
)
from windsock.services.sts.limits import PACKED_BYTES, SESSION_POLICIES


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Session policies (documents and ARNs), session tags, and the keys of those that pass on.

    `packed_percent` is how much of what they may take together they take.
    """

    policies: tuple[str, ...] = ()
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    packed_percent: int = 0


def limits_of(ctx: Context, params: Params, before: Session | None = None) -> SessionLimits:
    """The limits that a request asks for; transitive tags of the session `before` it pass on.

    Raises MalformedPolicyDocument, ValidationError, InvalidParameterValue and PackedPolicyTooLarge.
    """
    policies = tuple(filter(None, [params.get("Policy")]))
    arns = tuple(each["arn"] for each in params.get("PolicyArns") or ())
    _check_policies(ctx, policies, arns)
    given = params.get("Tags") or ()
    tags = {tag["Key"]: tag["Value"] for tag in given}
    passing_on = {key.lower() for key in params.get("TransitiveTagKeys") or ()}
    _check_tags([tag["Key"] for tag in given], passing_on, before)
    transitive = tuple(key for key in tags if key.lower() in passing_on)
    percent = _packed_percent([*policies, *arns], tags)
    if before is None:
        return SessionLimits(policies, arns, tags, transitive, percent)
    inherited = {key: before.session_tags[key] for key in before.transitive}
    return SessionLimits(policies, arns, {**inherited, **tags}, (*before.transitive, *transitive), percent)


def _check_policies(ctx: Context, policies: Iterable[str], arns: tuple[str, ...]) -> None:
    for document in policies:
        try:
            parse(document)
        except PolicyError as error:
            raise MalformedPolicyDocument(str(error)) from error
    if len(arns) > SESSION_POLICIES:
        raise ValidationError(f"At most {SESSION_POLICIES} managed policies can be session policies.")
    for arn in arns:
        if ctx.engine.identities.managed_policy(arn) is None:
            raise ValidationError(f"{arn} is invalid")


def _check_tags(keys: list[str], transitive: set[str], before: Session | None) -> None:
    folded = [key.lower() for key in keys]
    if len(set(folded)) < len(folded):
        raise InvalidParameterValue(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    if any(key.startswith("aws:") for key in folded):
        raise InvalidParameterValue("Tag keys beginning with 'aws:' are reserved for system use.")
    if not transitive.issubset(folded):
        raise InvalidParameterValue(
            "The specified transitive tag key must be included in the requested tags."
        )
    inherited = set() if before is None else {key.lower() for key in before.transitive}
    if inherited.intersection(folded):
        raise InvalidParameterValue(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive "
            "tag key from the calling session."
        )


def _packed_percent(policies: list[str], tags: Mapping[str, str]) -> int:
    if not policies and not tags:
        return 0
    packed = len(zlib.compress(orjson.dumps([policies, tags])))
    percent = math.ceil(100 * packed / PACKED_BYTES)
    if percent > 100:
        raise PackedPolicyTooLarge(
            f"Packed size of session policies and tags consumes {percent}% of allotted space."
        )
    return percent
