"""The policies of users, groups and roles: inline ones, managed ones, a permissions boundary.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from windsock.services.cloudformation.resource_type import Properties
from windsock.services.cloudformation.work import Work

# The properties that name whom a policy is attached to, each with the noun in the names of operations.
_HOLDERS: Final = {"Roles": "Role", "Users": "User", "Groups": "Group"}


class Attached(NamedTuple):
    """Whom policies are attached to: `User`, `Group` or `Role`, as it stands in the names of operations."""

    noun: str

    def named(self, name: str) -> dict[str, str]:
        """The parameter that names it."""
        return {f"{self.noun}Name": name}


def holders(properties: Properties) -> Iterator[tuple[Attached, str]]:
    """Whom a policy is attached to by its own properties, each with its name."""
    for member, noun in _HOLDERS.items():
        for name in properties.get(member, ()):
            yield Attached(noun), name


async def put_all(work: Work, of: Attached, name: str, before: Properties, after: Properties) -> None:
    """Give it the policies that are declared now, and take those away that were declared before."""
    managed, managed_before = (
        set(after.get("ManagedPolicyArns", ())),
        set(before.get("ManagedPolicyArns", ())),
    )
    for arn in managed_before - managed:
        await _detach(work, of, name, arn)
    for arn in sorted(managed - managed_before):
        await work.call("iam", f"Attach{of.noun}Policy", PolicyArn=arn, **of.named(name))
    inline, inline_before = _inline(after), _inline(before)
    for policy in inline_before.keys() - inline.keys():
        await _delete(work, of, name, policy)
    for policy, document in inline.items():
        if inline_before.get(policy) != document:
            await work.call(
                "iam",
                f"Put{of.noun}Policy",
                PolicyName=policy,
                PolicyDocument=json.dumps(document),
                **of.named(name),
            )
    await _put_boundary(work, of, name, before.get("PermissionsBoundary"), after.get("PermissionsBoundary"))


async def drop_all(work: Work, of: Attached, name: str) -> None:
    """Take every policy away, as nothing with policies can be deleted."""
    attached = await work.call("iam", f"ListAttached{of.noun}Policies", **of.named(name))
    for each in attached["AttachedPolicies"]:
        await _detach(work, of, name, each["PolicyArn"])
    for policy in (await work.call("iam", f"List{of.noun}Policies", **of.named(name)))["PolicyNames"]:
        await _delete(work, of, name, policy)


def _inline(properties: Properties) -> dict[str, Any]:
    return {each["PolicyName"]: each["PolicyDocument"] for each in properties.get("Policies", ())}


async def _detach(work: Work, of: Attached, name: str, arn: str) -> None:
    with work.gone("NoSuchEntity"):
        await work.call("iam", f"Detach{of.noun}Policy", PolicyArn=arn, **of.named(name))


async def _delete(work: Work, of: Attached, name: str, policy: str) -> None:
    with work.gone("NoSuchEntity"):
        await work.call("iam", f"Delete{of.noun}Policy", PolicyName=policy, **of.named(name))


async def _put_boundary(work: Work, of: Attached, name: str, before: str | None, after: str | None) -> None:
    if before == after or (before is None and not work.resumed and after is None):
        return
    if after is None:
        await work.call("iam", f"Delete{of.noun}PermissionsBoundary", **of.named(name))
    else:
        await work.call(
            "iam", f"Put{of.noun}PermissionsBoundary", PermissionsBoundary=after, **of.named(name)
        )
