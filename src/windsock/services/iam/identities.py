"""Who is who: the keys, users and roles that the store has, remembered once they were asked for.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from windsock.engine.identities import (
    AccessKey,
    AttachedPolicy,
    Identity,
    IdentityProvider,
    Principal,
    identities,
    root_of,
)
from windsock.kernel.access_keys import LONG_TERM, issuing_account
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.scope import Scope
from windsock.services.iam import managed_policies
from windsock.services.iam.identity_providers import details_of
from windsock.services.iam.identity_providers import rows as provider_rows
from windsock.services.iam.last_uses import LastUses
from windsock.services.iam.one_time_codes import is_current
from windsock.services.iam.password_policy import grants_of_policy
from windsock.services.iam.principals import ROLE, USER, PrincipalKind
from windsock.services.iam.remembered import Remembered
from windsock.services.iam.rows import Rows
from windsock.services.iam.signing_in.ended_sessions import ended_keys
from windsock.services.iam.tables import access_keys, attachments, inline_policies, memberships, mfa_devices
from windsock.store.scoped_rows import View
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# A key says its account but not its partition.
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
_KEY = Statement(
    sa.select(access_keys).where(
        access_keys.c.account == sa.bindparam("account"),
        sa.or_(*(access_keys.c.region == f"{partition}-global" for partition in _PARTITIONS)),
        access_keys.c.id == sa.bindparam("id"),
    )
)
_devices = Rows(mfa_devices)
_memberships, _inline, _attachments = Rows(memberships), Rows(inline_policies), Rows(attachments)


@identities
class StoredIdentities:
    """The identities that the store has."""

    def __init__(self, engine: Engine) -> None:
        self._store, self._clock = engine.store, engine.clock
        self._tokens = engine.session_tokens
        self._remembered = engine.part(Remembered)
        self._last_uses = engine.part(LastUses)

    def access_key(self, key: str, session_token: str | None) -> AccessKey | None:
        account = issuing_account(key)
        if account is None:
            return None
        if not key.startswith(LONG_TERM):
            ended = self._remembered.once(account, ("keys", "ended"), lambda tx: ended_keys(tx, account))
            return self._tokens.open(key, session_token) if session_token and key not in ended else None
        return self._remembered.once(account, ("key", key), lambda tx: _access_key(tx, account, key))

    def principal(self, arn: str) -> Principal | None:
        parsed = parse_arn(arn)
        if parsed is None or parsed.service != "iam":
            return None
        return self._remembered.once(parsed.account, ("principal", arn), lambda tx: _principal(tx, parsed))

    def managed_policy(self, arn: str) -> str | None:
        parsed = parse_arn(arn)
        if parsed is None:
            return None
        return self._remembered.once(
            parsed.account, ("policy", arn), lambda tx: managed_policies.default_document(tx, arn)
        )

    def identity_provider(self, arn: str) -> IdentityProvider | None:
        parsed = parse_arn(arn)
        if parsed is None or parsed.service != "iam":
            return None
        return self._remembered.once(parsed.account, ("provider", arn), lambda tx: _provider(tx, parsed))

    def mfa_code_holds(self, user_id: str, serial: str, code: str) -> bool | None:
        device = parse_arn(serial)
        if device is None:
            return None
        scope = Scope(device.account, f"{device.partition}-global")
        row = self._store.read(lambda tx: _devices.find(View(tx, scope), serial=serial))
        if row is None or row.user != user_id:
            return None
        return is_current(row.seed, code, self._clock.now_ms())

    def used(self, identity: Identity, access_key: str, service: str, region: str) -> None:
        if identity.session is None:
            self._last_uses.note(access_key, identity.arn, service, region)
        elif identity.kind == "role":
            self._last_uses.note(identity.session.issuer_id, identity.arn, service, region)


def _access_key(tx: Snapshot, account: str, key: str) -> AccessKey | None:
    row = tx.row(_KEY, {"account": account, "id": key})
    if row is None:
        return None
    at = View(tx, Scope(row.account, row.region))
    user = USER.rows.find(at, id=row.user) if row.user else None
    identity = root_of(at.scope) if user is None else Identity("user", account, USER.arn(user), user.id)
    return AccessKey(key, row.secret, row.status == "Active", identity)


def _provider(tx: Snapshot, arn: Arn) -> IdentityProvider | None:
    at = View(tx, Scope(arn.account, f"{arn.partition}-global"))
    kind, _, name = arn.resource.partition("/")
    row = provider_rows.find(at, kind=kind, name=name)
    if row is None:
        return None
    details = details_of(row)
    return IdentityProvider(str(arn), tuple(details.get("clients", ())), details.get("metadata", ""))


def _principal(tx: Snapshot, arn: Arn) -> Principal | None:
    at = View(tx, Scope(arn.account, f"{arn.partition}-global"))
    word, _, path_and_name = arn.resource.partition("/")
    kind = {"user": USER, "role": ROLE}.get(word)
    name = path_and_name.rpartition("/")[2]
    row = kind.rows.find(at, key=name.lower()) if kind is not None else None
    if kind is None or row is None or kind.arn(row) != str(arn):
        return None
    return _as_principal(at, kind, row)


def _as_principal(at: View, kind: PrincipalKind, row: Row) -> Principal:
    owners = [row.id]
    if kind is USER:
        owners += [each.group for each in _memberships.all(at, user=row.id)]
    applied = _applied_to_users(at, row) if kind is USER else ()
    return Principal(
        arn=kind.arn(row),
        unique_id=row.id,
        policies=(*_policies(at, owners), *applied),
        boundary=None if row.boundary is None else _managed(at, row.boundary),
        tags=orjson.loads(row.tags),
        trust=row.trust if kind is ROLE else "",
        max_session_seconds=row.max_session_seconds if kind is ROLE else 0,
    )


def _policies(at: View, owners: Sequence[str]) -> tuple[AttachedPolicy, ...]:
    found: list[AttachedPolicy | None] = []
    for owner in owners:
        found += [AttachedPolicy(row.name, row.document) for row in _inline.all(at, owner=owner)]
        found += [_managed(at, row.policy) for row in _attachments.all(at, owner=owner)]
    return tuple(policy for policy in found if policy is not None)


def _applied_to_users(at: View, user: Row) -> tuple[AttachedPolicy, ...]:
    """What the account's password policy grants. Calls that name a user leave the path out."""
    arns = dict.fromkeys((USER.arn(user), at.scope.arn("iam", f"user/{user.name}")))
    document = grants_of_policy(at, list(arns))
    return () if document is None else (AttachedPolicy("AllowUsersToChangePassword", document),)


def _managed(at: View, arn: str) -> AttachedPolicy | None:
    document = managed_policies.default_document(at.tx, arn)
    return None if document is None else AttachedPolicy(arn, document)
