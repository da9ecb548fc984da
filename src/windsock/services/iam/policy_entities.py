"""To whom a managed policy is attached, and whom it bounds.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from windsock.engine.operations import Params, Query, Result, query
from windsock.services.iam.attached_policies import owners_of
from windsock.services.iam.pages import page
from windsock.services.iam.policies import policy_of
from windsock.services.iam.principals import GROUP, KINDS, ROLE, USER, PrincipalKind, owner_of
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_MEMBERS: Final = {USER: "PolicyUsers", GROUP: "PolicyGroups", ROLE: "PolicyRoles"}


@query("ListEntitiesForPolicy")
def list_entities_for_policy(ctx: Query, params: Params) -> Result:
    """The users, groups and roles below a path that a policy is attached to or, if so asked, bounds."""
    arn = policy_of(ctx, params["PolicyArn"]).arn
    usage, wanted = params.get("PolicyUsageFilter"), params.get("EntityFilter")
    found: list[tuple[PrincipalKind, Row]] = []
    if usage != "PermissionsBoundary":
        found += _attached(ctx, arn)
    if usage != "PermissionsPolicy":
        found += [(kind, row) for kind in (USER, ROLE) for row in kind.rows.all(ctx, boundary=arn)]
    if wanted:
        found = [(kind, row) for kind, row in found if kind.word == wanted.lower()]
    prefix = params.get("PathPrefix", "/")
    distinct = {row.id: (kind, row) for kind, row in found if row.path.startswith(prefix)}
    paged = page(params, "Entities", distinct.values(), lambda each: each[1].id, lambda each: each)
    answer: dict[str, Any] = {_MEMBERS[kind]: [] for kind in KINDS}
    for kind, row in paged.pop("Entities"):
        answer[_MEMBERS[kind]].append({kind.member: row.name, f"{kind.word.capitalize()}Id": row.id})
    return {**answer, **paged}


def _attached(at: Reading, arn: str) -> Iterator[tuple[PrincipalKind, Row]]:
    for owner in owners_of(at, arn):
        found = owner_of(at, owner)
        if found is not None:
            yield found
