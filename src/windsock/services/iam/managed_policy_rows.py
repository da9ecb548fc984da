"""Managed policies by their ARN: the account's own, and those of AWS."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.iam.aws_managed import aws_policy
from windsock.services.iam.tables import policies, policy_versions
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

# The account in the ARNs of the policies that AWS manages.
AWS = "aws"

_FIND = Statement(
    sa.select(policies).where(
        policies.c.account == sa.bindparam("account"),
        policies.c.region == sa.bindparam("region"),
        policies.c.key == sa.bindparam("key"),
    )
)
_DOCUMENT = Statement(
    sa.select(policy_versions.c.document).where(
        policy_versions.c.account == sa.bindparam("account"),
        policy_versions.c.region == sa.bindparam("region"),
        policy_versions.c.policy == sa.bindparam("policy"),
        policy_versions.c.version == sa.bindparam("version"),
    )
)


def policy_resource(path: str, name: str) -> str:
    """What the ARN of a policy ends in."""
    return f"policy{path}{name}"


def find_policy(tx: Snapshot, arn: str) -> Row | None:
    """The row of a customer managed policy, or None."""
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam" or not parsed.resource.startswith("policy/"):
        return None
    scope = Scope(parsed.account, f"{parsed.partition}-global")
    row = tx.row(_FIND, {**scope.columns, "key": parsed.resource.rpartition("/")[2].lower()})
    if row is None or policy_resource(row.path, row.name) != parsed.resource:
        return None
    return row


def document_of(tx: Snapshot, policy: Row, version: int) -> str | None:
    """The document of one version of a customer managed policy, or None."""
    values = {"account": policy.account, "region": policy.region, "policy": policy.key, "version": version}
    document: str | None = tx.scalar(_DOCUMENT, values)
    return document


def default_document(tx: Snapshot, arn: str) -> str | None:
    """The document of the default version of any managed policy, or None."""
    parsed = parse_arn(arn)
    if parsed is not None and parsed.account == AWS:
        managed = aws_policy(parsed.resource)
        return None if managed is None else managed.document
    policy = find_policy(tx, arn)
    return None if policy is None else document_of(tx, policy, policy.default_version)
