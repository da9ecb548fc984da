"""What may not be done to a role that is linked to a service.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

from __future__ import annotations

from windsock.services.iam.errors import UnmodifiableEntity
from windsock.store.statements import Row


def refuse_linked(row: Row) -> None:
    """Raises UnmodifiableEntity for a role that only its service may change. Users and groups are none."""
    if getattr(row, "linked_service", None) is not None:
        raise UnmodifiableEntity(
            f"Cannot perform the operation on the protected role '{row.name}' - "
            "this role is only modifiable by AWS"
        )
