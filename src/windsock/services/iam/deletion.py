"""What must be gone before a user, group or role can be deleted.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
"""

from __future__ import annotations

from typing import Final

from windsock.services.iam.errors import DeleteConflict
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import (
    access_keys,
    attachments,
    inline_policies,
    instance_profiles,
    login_profiles,
    memberships,
    mfa_devices,
    user_credentials,
)
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_attachments, _inline = Rows(attachments), Rows(inline_policies)
_memberships, _instance_profiles = Rows(memberships), Rows(instance_profiles)

# What a user may have, and what must be done with it, in the order it is complained of.
_OF_USERS: Final = (
    (Rows(access_keys), "delete access keys"),
    (Rows(user_credentials), "delete referenced objects"),
    (_memberships, "remove users from group"),
    (Rows(login_profiles), "delete login profile"),
    (Rows(mfa_devices), "delete MFA device"),
)


def refuse_used_user(at: Reading, user: Row) -> None:
    """Raises DeleteConflict for a user who still has something."""
    for rows, remedy in _OF_USERS:
        if rows.find(at, user=user.id) is not None:
            raise _conflict(remedy)
    _refuse_with_policies(at, user)


def refuse_used_group(at: Reading, group: Row) -> None:
    """Raises DeleteConflict for a group with members or policies."""
    if _memberships.find(at, group=group.id) is not None:
        raise _conflict("remove users from group")
    _refuse_with_policies(at, group)


def refuse_used_role(at: Reading, role: Row) -> None:
    """Raises DeleteConflict for a role with instance profiles or policies."""
    if _instance_profiles.find(at, role=role.id) is not None:
        raise _conflict("remove roles from instance profile")
    _refuse_with_policies(at, role)


def _refuse_with_policies(at: Reading, row: Row) -> None:
    if _inline.find(at, owner=row.id) is not None:
        raise _conflict("delete policies")
    if _attachments.find(at, owner=row.id) is not None:
        raise _conflict("detach all policies")


def _conflict(remedy: str) -> DeleteConflict:
    return DeleteConflict(f"Cannot delete entity, must {remedy} first.")
