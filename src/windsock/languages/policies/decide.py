"""May they? All policies that apply to a request, taken together.

An explicit deny anywhere wins. Otherwise a request needs an allow: from the identity's policies or, within
one account, from the resource's; between accounts from both. Organisation policies, the permissions boundary
and session policies can only take away; how a resource's policy names the principal says which of them can.

Sources, below https://docs.aws.amazon.com/IAM/latest/UserGuide/: reference_policies_evaluation-logic.html and
its pages on single accounts and on cross-account access, access_policies_boundaries.html,
access_policies.html#policies_session and, for the words of reasons, troubleshoot_access-denied.html.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from windsock.languages.policies.document import Policy, Statement
from windsock.languages.policies.principals import Grade
from windsock.languages.policies.request import Request

Verdict = Literal["allow", "explicit_deny", "implicit_deny"]


class Source(enum.Enum):
    """The types of policy, with their names in error messages."""

    RESOURCE_CONTROL = "resource control policy"
    SERVICE_CONTROL = "service control policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"
    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that apply to a request.

    `identity`: those of the user and their groups, or of the role. `boundary`: the permissions boundary.
    `session`: those given when the session began; None where nothing limits it so (an empty list allows
    nothing).
    `resource`: the resource's own, a role's trust policy being that of the role. `service_control`: those of
    the principal's organisation, one list for each level from the root down to the account;
    `resource_control`: those of the resource's, likewise.
    """

    identity: Sequence[Policy] = ()
    boundary: Policy | None = None
    session: Sequence[Policy] | None = None
    resource: Policy | None = None
    service_control: Sequence[Sequence[Policy]] = ()
    resource_control: Sequence[Sequence[Policy]] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that took part in a decision, and where it stands."""

    source: Source
    policy: Policy
    statement: Statement


@dataclass(frozen=True, slots=True)
class Decision:
    """What came out. `matches` are the statements that made it: those that deny, or those that allow.

    `reason` ends an access denied message as AWS words it: "because no identity-based policy allows the
    sqs:SendMessage action". `source` is the type of policy it names; None for an account's root user.
    """

    verdict: Verdict
    matches: tuple[Match, ...]
    reason: str
    source: Source | None

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.verdict == "allow"


def decide(request: Request, policies: Policies) -> Decision:
    """The decision on a request. Never raises."""
    bounded = policies.boundary is not None
    findings = [_find(request, source, each, bounded) for source, each in _sources(policies)]
    denies = tuple(match for finding in findings for match in finding.denies)
    if denies:
        return Decision("explicit_deny", denies, _deny_reason(denies[0].source), denies[0].source)
    missing = _missing(request, policies, findings)
    if missing is not None:
        reason = f"because no {missing.value} allows the {request.action} action"
        return Decision("implicit_deny", (), reason, missing)
    allows = tuple(match for finding in findings for match in finding.allows)
    if not allows:
        return Decision("allow", (), "allowed to the account's root user", None)
    source = allows[-1].source
    return Decision("allow", allows, f"allowed by {_ARTICLES.get(source, 'a')} {source.value}", source)


_ARTICLES: Final = {Source.IDENTITY: "an", Source.TRUST: "the"}


def _deny_reason(source: Source) -> str:
    return f"with an explicit deny in {_ARTICLES.get(source, 'a')} {source.value}"


@dataclass(slots=True)
class _Finding:
    """What the policies of one type say. `grade` is how an allow of a resource's names the principal best."""

    source: Source
    denies: list[Match] = field(default_factory=list)
    allows: list[Match] = field(default_factory=list)
    grade: Grade = Grade.NOT


def _sources(policies: Policies) -> Iterator[tuple[Source, Iterable[Policy]]]:
    for level in policies.resource_control:
        yield Source.RESOURCE_CONTROL, level
    for level in policies.service_control:
        yield Source.SERVICE_CONTROL, level
    if policies.resource is not None:
        yield _source_of(policies.resource), (policies.resource,)
    yield Source.IDENTITY, policies.identity
    if policies.boundary is not None:
        yield Source.BOUNDARY, (policies.boundary,)
    if policies.session is not None:
        yield Source.SESSION, policies.session


def _source_of(resource_policy: Policy) -> Source:
    return Source.TRUST if resource_policy.kind == "trust" else Source.RESOURCE


def _find(request: Request, source: Source, policies: Iterable[Policy], bounded: bool) -> _Finding:
    finding = _Finding(source)
    for policy in policies:
        for statement in policy.statements:
            grade = statement.applies_to(request, bounded=bounded)
            if grade is Grade.NOT:
                continue
            match = Match(source, policy, statement)
            if statement.effect == "Deny":
                finding.denies.append(match)
            else:
                finding.allows.append(match)
                finding.grade = max(finding.grade, grade)
    return finding


# A role's trust policy and a key's policy must allow, whatever the identity's own policies say.
_RESOURCE_DECIDES: Final = ("kms:",)


def _missing(request: Request, policies: Policies, findings: Sequence[_Finding]) -> Source | None:
    """The type of policy whose allow is missing, or None when none is.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """
    for finding in findings:
        if finding.source in _OF_ORGANISATIONS and not finding.allows:
            return finding.source
    grade = max((finding.grade for finding in findings if finding.source in _OF_RESOURCES), default=Grade.NOT)
    resource_source = Source.RESOURCE if policies.resource is None else _source_of(policies.resource)
    if request.principal.kind in _WITHOUT_POLICIES:
        return None if grade else resource_source
    if request.principal.account == request.owner:
        must_allow = resource_source is Source.TRUST or request.folded_action.startswith(_RESOURCE_DECIDES)
        if must_allow and policies.resource is not None and not grade:
            return resource_source
    elif not grade:
        # The trusted account's side is looked at first, as its administrator can mend that.
        return _missing_of_identity(request, findings, Grade.NOT) or resource_source
    else:
        grade = Grade.NOT
    return _missing_of_identity(request, findings, grade)


_OF_ORGANISATIONS: Final = (Source.RESOURCE_CONTROL, Source.SERVICE_CONTROL)
_OF_RESOURCES: Final = (Source.RESOURCE, Source.TRUST)
_WITHOUT_POLICIES: Final = ("service", "provider", "anonymous")


def _missing_of_identity(request: Request, findings: Sequence[_Finding], grade: Grade) -> Source | None:
    """What the principal's own side lacks, given what the resource's policy grants within the account."""
    if request.principal.kind == "root" or grade is Grade.PERSON:
        return None
    for finding in findings:
        if finding.allows or finding.source not in _LIMITS:
            continue
        if finding.source is Source.IDENTITY and grade is Grade.ENTITY:
            continue
        return finding.source
    return None


_LIMITS: Final = (Source.IDENTITY, Source.BOUNDARY, Source.SESSION)
