"""The users in groups, and the groups of users, as rows."""

from __future__ import annotations

from typing import Final

from windsock.services.iam.principals import GROUP, USER
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import memberships
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

membership_rows: Final = Rows(memberships)


def groups_of(at: Reading, user: Row) -> list[Row]:
    """The groups a user is in, in no order."""
    found = (GROUP.rows.find(at, id=row.group) for row in membership_rows.all(at, user=user.id))
    return [group for group in found if group is not None]


def members_of(at: Reading, group: Row) -> list[Row]:
    """The users in a group, in no order."""
    found = (USER.rows.find(at, id=row.user) for row in membership_rows.all(at, group=group.id))
    return [user for user in found if user is not None]
