"""The policies that decide what a user, group or role may, each with where it comes from.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Statement.html
"""

from __future__ import annotations

from typing import NamedTuple

from windsock.services.iam.attached_policies import attached_to
from windsock.services.iam.inline_policies import inline_policies_of
from windsock.services.iam.managed_policies import aws_policy_named, default_document
from windsock.services.iam.membership_rows import groups_of
from windsock.services.iam.principals import GROUP, USER, PrincipalKind
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row


class HeldPolicy(NamedTuple):
    """A policy's document; `id` and `type` are what the simulator calls it and where it stands."""

    id: str
    type: str
    document: str


def held_by(at: Reading, kind: PrincipalKind, row: Row) -> list[HeldPolicy]:
    """All policies of a user (those of the user's groups included), group or role."""
    held = _own(at, kind, row)
    if kind is USER:
        for group in groups_of(at, row):
            held += _own(at, GROUP, group)
    return held


def managed(at: Reading, arn: str) -> list[HeldPolicy]:
    """A managed policy, if it is there."""
    document = default_document(at.tx, arn)
    if document is None:
        return []
    policy_type = "user-managed" if aws_policy_named(arn) is None else "aws-managed"
    return [HeldPolicy(arn.rpartition("/")[2], policy_type, document)]


def _own(at: Reading, kind: PrincipalKind, row: Row) -> list[HeldPolicy]:
    held = [
        HeldPolicy(f"{kind.word}_{row.name}_{inline.name}", kind.word, inline.document)
        for inline in inline_policies_of(at, row)
    ]
    for arn in attached_to(at, row):
        held += managed(at, arn)
    return held
