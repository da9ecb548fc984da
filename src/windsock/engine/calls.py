"""A call: everything that happens in windsock is one, whether it came by HTTP or from inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from windsock.engine.identities import Session
from windsock.kernel.scope import Scope

if TYPE_CHECKING:
    from windsock.engine.tasks import Task

# Services write logs as this one, and let it in themselves: it needs no policy here.
LOG_DELIVERY: Final = "delivery.logs.amazonaws.com"

CallerKind = Literal[
    "account",
    "user",
    "role",
    "federated-user",
    "service",
    "web-identity-user",
    "saml-user",
    "anonymous",
]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: an account's root, a user, a role or federated user in its session, an AWS service, nobody
    (who does not sign), or somebody an identity provider vouches for, known as such only while taking a role.

    `principal` is the ARN that GetCallerIdentity answers, or a name such as `events.amazonaws.com` for a
    service; `user_id` the unique id beside it; `account` owns the caller and may differ from the account that
    is called. Whoever uses temporary credentials has a `session`. A role taken by a service (`Caller.role`)
    is known by the ARN of the role and has none. `source_arn` is the resource a service acts for, such as a
    rule or a topic; `through` the role that took the role for the service. The `principal` of whom an
    identity provider vouches for is the provider, their `name` what it calls them; they are of no account.
    `signing` are the condition keys that tell how the call was signed.
    """

    kind: CallerKind
    account: str
    principal: str
    access_key: str = ""
    source_ip: str = "127.0.0.1"
    user_agent: str = "windsock"
    user_id: str = ""
    session: Session | None = None
    source_arn: str = ""
    through: str = ""
    name: str = ""
    signing: tuple[tuple[str, str], ...] = ()

    @classmethod
    def root(cls, account: str) -> Caller:
        """An account's root, calling from inside."""
        return cls("account", account, f"arn:aws:iam::{account}:root", user_id=account)

    @classmethod
    def anonymous(cls, source_ip: str, user_agent: str) -> Caller:
        """Whoever does not sign."""
        return cls("anonymous", "anonymous", "anonymous", source_ip=source_ip, user_agent=user_agent)

    @classmethod
    def service(cls, principal: str, account: str, source_arn: str = "") -> Caller:
        """An AWS service acting for an account, such as `events.amazonaws.com`."""
        return cls(
            "service", account, principal, source_ip=principal, user_agent=principal, source_arn=source_arn
        )

    @classmethod
    def role(cls, arn: str, account: str, service: str, source_arn: str = "", through: str = "") -> Caller:
        """A role of `account`, taken by an AWS service, or by a role that one took."""
        return cls(
            "role",
            account,
            arn,
            source_ip=service,
            user_agent=service,
            source_arn=source_arn,
            through=through,
        )


@dataclass(slots=True)
class Call:
    """One call: what is asked (`service`, `operation`, `params`), by whom, where, and why.

    `service` is botocore's name; `params` are as boto3 takes them. `cause` says what made it happen
    (`event:<id>`, `task:<id>`; empty when somebody outside asked). `completes` is the task whose
    effect this call is: it is marked done in the same transaction, so a repeat is impossible. The call of a
    batch operation names a task for each entry, by its `Id`; those of entries that succeed are marked done.
    `endpoint` is the scheme, host and port the caller used, for URLs in answers.
    """

    service: str
    operation: str
    params: dict[str, Any]
    caller: Caller
    scope: Scope
    request_id: str
    cause: str = ""
    completes: Task | Mapping[str, Task] | None = None
    endpoint: str = ""

    def completed(self, result: Mapping[str, Any] | None) -> list[Task]:
        """The tasks whose effect the call was, when this is its result: of a batch, those that succeeded."""
        if self.completes is None:
            return []
        if isinstance(self.completes, Mapping):
            return [self.completes[entry["Id"]] for entry in (result or {}).get("Successful", ())]
        return [self.completes]
