"""Users, groups and roles, as far as they are alike: named, with a path, and holding policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.kernel.scope import Scope
from windsock.services.iam.errors import EntityAlreadyExists, NoSuchEntity
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import groups, roles, users
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row


@dataclass(frozen=True, slots=True, eq=False)
class PrincipalKind:
    """`word` is what its ARNs and error messages call it, `prefix` begins its unique ids, `member` is the
    parameter that names one."""

    word: str
    member: str
    prefix: str
    rows: Rows

    def arn(self, row: Row) -> str:
        """The ARN of one, by its row."""
        return Scope(row.account, row.region).arn("iam", f"{self.word}{row.path}{row.name}")

    def find(self, at: Reading, name: str) -> Row | None:
        """The row of one by its name in any case, or None."""
        return self.rows.find(at, key=name.lower())

    def named(self, at: Reading, name: str) -> Row:
        """The row of one that must be there. Raises NoSuchEntity."""
        row = self.find(at, name)
        if row is None:
            raise NoSuchEntity(f"The {self.word} with name {name} cannot be found.")
        return row

    def of(self, at: Reading, params: Mapping[str, Any]) -> Row:
        """The row of the one that the parameters of a call name. Raises NoSuchEntity."""
        return self.named(at, params[self.member])

    def refuse_taken(self, at: Reading, name: str) -> None:
        """Raises EntityAlreadyExists when there is one of this name."""
        if self.find(at, name) is not None:
            raise EntityAlreadyExists(f"{self.word.capitalize()} with name {name} already exists.")


USER: Final = PrincipalKind("user", "UserName", "AIDA", Rows(users))
GROUP: Final = PrincipalKind("group", "GroupName", "AGPA", Rows(groups))
ROLE: Final = PrincipalKind("role", "RoleName", "AROA", Rows(roles))

KINDS: Final = (USER, GROUP, ROLE)


def owner_of(at: Reading, unique_id: str) -> tuple[PrincipalKind, Row] | None:
    """The kind and row of the user, group or role with a unique id; None if it is gone."""
    kind = next(each for each in KINDS if unique_id.startswith(each.prefix))
    row = kind.rows.find(at, id=unique_id)
    return None if row is None else (kind, row)
