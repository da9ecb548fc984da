"""The tree of an organisation: its root, units and accounts.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
"""

from __future__ import annotations

from collections.abc import Iterator

from windsock.services.organizations import rows
from windsock.store.scoped_rows import Reading


def is_root(target: str) -> bool:
    """Whether an id is that of a root."""
    return target.startswith("r-")


def is_unit(target: str) -> bool:
    """Whether an id is that of a unit."""
    return target.startswith("ou-")


def path_to(at: Reading, parent: str) -> list[str]:
    """The ids from the root down to a root or unit that is there."""
    path = [parent]
    while is_unit(path[0]):
        path.insert(0, rows.units.existing(at, id=path[0]).parent)
    return path


def is_there(at: Reading, target: str) -> bool:
    """Whether an id is a root, unit or account of the organisation."""
    return parent_is_there(at, target) or rows.members.find(at, member=target) is not None


def parent_is_there(at: Reading, parent: str) -> bool:
    """Whether an id is a root or unit of the organisation."""
    if is_root(parent):
        organization = rows.organizations.find(at)
        return organization is not None and organization.root == parent
    return is_unit(parent) and rows.units.find(at, id=parent) is not None


def targets(at: Reading) -> Iterator[str]:
    """All to which policies can be attached."""
    organization = rows.organizations.find(at)
    if organization is not None:
        yield organization.root
    yield from (unit.id for unit in rows.units.all(at))
    yield from (member.member for member in rows.members.all(at))
