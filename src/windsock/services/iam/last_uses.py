"""When keys and roles were last used: kept in memory, and written with the next group of changes.

No call waits for that, and each key or role is written once a minute at most; what a crash loses is one of
those minutes.
Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html and
https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from windsock.kernel.arns import parse_arn
from windsock.kernel.models import service_model
from windsock.kernel.scope import Scope
from windsock.services.iam.tables import access_keys, roles
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_WRITE_EVERY_MS: Final = 60_000

_KEY_USED = Statement(
    sa.update(access_keys)
    .where(
        access_keys.c.account == sa.bindparam("of_account"),
        access_keys.c.region == sa.bindparam("of_region"),
        access_keys.c.id == sa.bindparam("of_name"),
    )
    .values(
        used_ms=sa.bindparam("at_ms"),
        used_service=sa.bindparam("by_service"),
        used_region=sa.bindparam("in_region"),
    )
)
_ROLE_USED = Statement(
    sa.update(roles)
    .where(
        roles.c.account == sa.bindparam("of_account"),
        roles.c.region == sa.bindparam("of_region"),
        roles.c.id == sa.bindparam("of_name"),
    )
    .values(used_ms=sa.bindparam("at_ms"), used_region=sa.bindparam("in_region"))
)


@dataclass(slots=True)
class Use:
    """The last use of a key or role: by which service's API and in which region; `written_ms` says what of it
    is in the store."""

    scope: Scope
    at_ms: int
    service: str
    region: str
    written_ms: int = 0

    @property
    def signing_name(self) -> str:
        """What AWS calls the service here: `states`, not `stepfunctions`."""
        name: str = service_model(self.service).signing_name
        return name


class LastUses:
    """The last uses since windsock started."""

    def __init__(self, engine: Engine) -> None:
        self._clock = engine.clock
        self._uses: dict[str, Use] = {}
        self._unwritten: set[str] = set()
        engine.store.before_commit(self._write)

    def note(self, name: str, arn: str, service: str, region: str) -> None:
        """`arn` made a call to `service` (botocore's name), by the key or role of this id."""
        use = self._uses.get(name)
        if use is None:
            use = self._uses[name] = Use(_scope_of(arn), 0, "", "")
        use.at_ms, use.service, use.region = self._clock.now_ms(), service, region
        if use.at_ms - use.written_ms >= _WRITE_EVERY_MS:
            self._unwritten.add(name)

    def of(self, name: str) -> Use | None:
        """The last use of a key (by its id) or of a role (by its unique id), if there was one."""
        return self._uses.get(name)

    def _write(self, tx: Transaction) -> None:
        for name in self._unwritten:
            use = self._uses[name]
            values: dict[str, Any] = {
                "of_account": use.scope.account,
                "of_region": use.scope.region,
                "of_name": name,
                "at_ms": use.at_ms,
                "in_region": use.region,
            }
            if name.startswith("AROA"):
                tx.execute(_ROLE_USED, values)
            else:
                tx.execute(_KEY_USED, {**values, "by_service": use.signing_name})
            use.written_ms = use.at_ms
        self._unwritten.clear()


def _scope_of(arn: str) -> Scope:
    parsed = parse_arn(arn)
    if parsed is None:
        raise ValueError(f"{arn!r} is no ARN")
    return Scope(parsed.account, f"{parsed.partition}-global")
