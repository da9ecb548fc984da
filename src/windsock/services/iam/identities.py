"""Who is who: access keys, users and roles, kept in memory once they were asked for.

Whatever changes in an account's IAM drops what is kept of that account, after the commit: changes are rare
beside the calls that are decided by them.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson
import sqlalchemy as sa

from windsock.engine.identities import AccessKey, AttachedPolicy, Identity, Principal, identities, root_of
from windsock.kernel.access_keys import LONG_TERM, issuing_account
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.scope import Scope
from windsock.services.iam.last_uses import LastUses
from windsock.services.iam.managed_policy_rows import default_document
from windsock.services.iam.tables import access_keys, attachments, inline_policies, memberships, roles, users
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

T = TypeVar("T")

# How many accounts are kept at most, and how much of each, whatever is asked for.
_KEPT: Final = 10_000

# A key says its account but not its partition.
_KEY = Statement(
    sa.select(access_keys).where(
        access_keys.c.account == sa.bindparam("account"),
        access_keys.c.region.in_(["aws-global", "aws-cn-global", "aws-us-gov-global"]),
        access_keys.c.id == sa.bindparam("id"),
    )
)


def _by_key(table: sa.Table) -> Statement:
    return Statement(
        sa.select(table).where(
            table.c.account == sa.bindparam("account"),
            table.c.region == sa.bindparam("region"),
            table.c.key == sa.bindparam("key"),
        )
    )


def _of_owner(table: sa.Table, order: sa.Column[str]) -> Statement:
    return Statement(
        sa.select(table)
        .where(
            table.c.account == sa.bindparam("account"),
            table.c.region == sa.bindparam("region"),
            table.c.kind == sa.bindparam("kind"),
            table.c.owner == sa.bindparam("owner"),
        )
        .order_by(order)
    )


_USER, _ROLE = _by_key(users), _by_key(roles)
_INLINE = _of_owner(inline_policies, inline_policies.c.key)
_ATTACHED = _of_owner(attachments, attachments.c.policy)
_GROUPS = Statement(
    sa.select(memberships.c.group).where(
        memberships.c.account == sa.bindparam("account"),
        memberships.c.region == sa.bindparam("region"),
        memberships.c.user == sa.bindparam("key"),
    )
)


@identities
class StoredIdentities:
    """The identities that the store has."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last_uses = engine.part(LastUses)
        self._known: dict[str, dict[tuple[str, str], Any]] = {}

    def access_key(self, key: str, session_token: str | None) -> AccessKey | None:
        account = issuing_account(key)
        if account is None:
            return None
        if not key.startswith(LONG_TERM):
            return self._engine.session_tokens.open(key, session_token) if session_token else None
        return self._once(account, ("key", key), lambda tx: _access_key(tx, account, key))

    def principal(self, arn: str) -> Principal | None:
        parsed = parse_arn(arn)
        if parsed is None or parsed.service != "iam":
            return None
        kind = parsed.resource.partition("/")[0]
        read = {"user": _user, "role": _role}.get(kind)
        if read is None:
            return None
        return self._once(parsed.account, ("principal", arn), lambda tx: read(tx, parsed))

    def managed_policy(self, arn: str) -> str | None:
        parsed = parse_arn(arn)
        if parsed is None:
            return None
        return self._once(parsed.account, ("policy", arn), lambda tx: default_document(tx, arn))

    def used(self, identity: Identity, access_key: str, service: str, region: str) -> None:
        if identity.session is None:
            self._last_uses.note(access_key, identity.arn, service, region)
        elif identity.kind == "role":
            self._last_uses.note(identity.session.issuer_id, identity.arn, service, region)

    def changed(self, tx: Transaction, account: str) -> None:
        """Something of an account's IAM changes: forget what is kept of it after the commit."""
        tx.after_commit(lambda: self._forget(account))

    def _forget(self, account: str) -> None:
        self._known.pop(account, None)

    def _once(self, account: str, name: tuple[str, str], read: Callable[[Snapshot], T]) -> T:
        if len(self._known) > _KEPT:
            self._known.clear()
        known = self._known.setdefault(account, {})
        if len(known) > _KEPT:
            known.clear()
        if name not in known:
            known[name] = self._engine.store.read(read)
        found: T = known[name]
        return found


def _access_key(tx: Snapshot, account: str, key: str) -> AccessKey | None:
    row = tx.row(_KEY, {"account": account, "id": key})
    if row is None:
        return None
    scope = Scope(row.account, row.region)
    user = tx.row(_USER, {**scope.columns, "key": row.user}) if row.user else None
    identity = root_of(scope) if user is None else _user_identity(scope, user)
    return AccessKey(key, row.secret, row.status == "Active", identity)


def _user_identity(scope: Scope, user: Row) -> Identity:
    return Identity("user", scope.account, scope.arn("iam", f"user{user.path}{user.name}"), user.id)


def _user(tx: Snapshot, arn: Arn) -> Principal | None:
    row = _named(tx, _USER, arn)
    if row is None:
        return None
    scope = Scope(row.account, row.region)
    in_groups = [each.group for each in tx.rows(_GROUPS, {**scope.columns, "key": row.key})]
    owners = [("user", row.key), *(("group", group) for group in in_groups)]
    return Principal(
        str(arn), row.id, _policies(tx, scope, owners), _boundary(tx, row), orjson.loads(row.tags)
    )


def _role(tx: Snapshot, arn: Arn) -> Principal | None:
    row = _named(tx, _ROLE, arn)
    if row is None:
        return None
    return Principal(
        str(arn),
        row.id,
        _policies(tx, Scope(row.account, row.region), [("role", row.key)]),
        _boundary(tx, row),
        orjson.loads(row.tags),
        row.trust,
        row.max_session_seconds,
    )


def _named(tx: Snapshot, statement: Statement, arn: Arn) -> Row | None:
    scope = Scope(arn.account, f"{arn.partition}-global")
    path_and_name = arn.resource.partition("/")[2]
    row = tx.row(statement, {**scope.columns, "key": path_and_name.rpartition("/")[2].lower()})
    return row if row is not None and f"/{path_and_name}" == row.path + row.name else None


def _policies(tx: Snapshot, scope: Scope, owners: Sequence[tuple[str, str]]) -> tuple[AttachedPolicy, ...]:
    found = []
    for kind, owner in owners:
        values = {**scope.columns, "kind": kind, "owner": owner}
        found += [AttachedPolicy(row.name, row.document) for row in tx.rows(_INLINE, values)]
        found += filter(None, (_managed(tx, row.policy) for row in tx.rows(_ATTACHED, values)))
    return tuple(found)


def _boundary(tx: Snapshot, row: Row) -> AttachedPolicy | None:
    return None if row.boundary is None else _managed(tx, row.boundary)


def _managed(tx: Snapshot, arn: str) -> AttachedPolicy | None:
    document = default_document(tx, arn)
    return None if document is None else AttachedPolicy(arn, document)
