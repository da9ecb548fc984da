"""Who a caller is to IAM: the principal, and all policies that grant to it or limit it.

Policies are compiled once for a user or role as it is; `engine.identities` gives the same object until
something of it changes.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from windsock.engine import identities
from windsock.engine.calls import Caller
from windsock.engine.resource_facts import keys_asked
from windsock.languages.policies import Policies, Policy, Principal, parse

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_KEPT: Final = 2048
_EVERYTHING: Final = parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The policies of a user or role, with the condition keys they look at (in lower case); `known` is what
    they were compiled from."""

    known: identities.Principal
    identity: tuple[Policy, ...]
    boundary: Policy | None
    trust: Policy | None
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """A caller: its principal, its policies, and the condition keys (in lower case) they look at."""

    principal: Principal
    policies: Policies
    asked: frozenset[str] = frozenset()


class Subjects:
    """Finds them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._compiled: OrderedDict[str, Compiled] = OrderedDict()

    def compiled(self, arn: str) -> Compiled | None:
        """The policies of a user or role as it is now, or None when there is none with that ARN."""
        known = self._engine.identities.principal(arn)
        if known is None:
            return None
        kept = self._compiled.get(arn)
        if kept is None or kept.known is not known:
            kept = self._compiled[arn] = _compile(known)
            if len(self._compiled) > _KEPT:
                self._compiled.popitem(last=False)
        return kept

    def of(self, caller: Caller, region: str) -> Subject:
        """A caller as IAM sees it. Who is gone, such as a role that was deleted, has no policies."""
        if caller.kind == "service":
            return Subject(Principal.service(caller.principal, region), Policies())
        if caller.kind == "anonymous":
            return Subject(Principal.anonymous(), Policies())
        if caller.kind == "account":
            return Subject(Principal.root(caller.account), Policies(session=self._session(caller)))
        compiled = self.compiled(_issuer(caller))
        if compiled is not None and caller.session and caller.session.issuer_id != compiled.known.unique_id:
            compiled = None  # made anew under the same name since the session began
        principal = _principal(caller, compiled)
        session = self._session(caller)
        if compiled is None:
            # A root has no policies: it may everything, and so may whom it federates within their session.
            identity = (_EVERYTHING,) if _issuer(caller).endswith(":root") else ()
            return Subject(principal, Policies(identity, session=session))
        asked = compiled.asked | keys_asked(*session) if session else compiled.asked
        return Subject(principal, Policies(compiled.identity, compiled.boundary, session), asked)

    def _session(self, caller: Caller) -> list[Policy] | None:
        """The policies that bound a session. A federated user's are all it has, even when there are none."""
        session = caller.session
        if session is None:
            return None
        arns = [(arn, self._engine.identities.managed_policy(arn)) for arn in session.policy_arns]
        documents = [("session policy", text) for text in session.policies]
        documents += [(arn, text) for arn, text in arns if text is not None]
        if not session.policies and not session.policy_arns and caller.kind != "federated-user":
            return None
        return [parse(text).named(name) for name, text in documents]


def _issuer(caller: Caller) -> str:
    """The ARN whose permissions a caller has."""
    return caller.principal if caller.session is None else caller.session.issuer


def _principal(caller: Caller, compiled: Compiled | None) -> Principal:
    tags = {} if compiled is None else dict(compiled.known.tags)
    if caller.session is not None:
        tags |= caller.session.session_tags
    if caller.kind == "user":
        return Principal.user(caller.principal, user_id=caller.user_id, tags=tags)
    if caller.kind == "federated-user":
        return Principal.federated_user(caller.principal, _issuer(caller), user_id=caller.user_id)
    if caller.session is not None:
        return Principal.session(caller.principal, caller.session.issuer, user_id=caller.user_id, tags=tags)
    return _taken(caller, compiled, tags)


def _taken(caller: Caller, compiled: Compiled | None, tags: dict[str, str]) -> Principal:
    """The session of a role that a service took: it is named after the service."""
    service = caller.source_ip.partition(".")[0]
    start, _, path = caller.principal.partition(":role/")
    session = f"{start.replace(':iam:', ':sts:')}:assumed-role/{path.rpartition('/')[2]}/{service}"
    unique_id = "" if compiled is None else f"{compiled.known.unique_id}:{service}"
    return Principal.session(session, caller.principal, user_id=unique_id, tags=tags)


def _compile(known: identities.Principal) -> Compiled:
    identity = tuple(_named(known.policies))
    boundary = next(iter(_named([known.boundary] if known.boundary else [])), None)
    return Compiled(
        known,
        identity,
        boundary,
        parse(known.trust, "trust").named(known.arn) if known.trust else None,
        keys_asked(*identity, boundary),
    )


def _named(attached: Sequence[identities.AttachedPolicy]) -> list[Policy]:
    return [parse(each.document).named(each.name) for each in attached]
