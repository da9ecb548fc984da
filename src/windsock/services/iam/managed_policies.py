"""Managed policies by their ARNs: the account's own, and those of AWS.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from __future__ import annotations

import re
from typing import Final

from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.iam.aws_managed import AwsPolicy, aws_policy
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import policies, policy_versions
from windsock.store.scoped_rows import Reading, View
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

policy_rows: Final = Rows(policies)
version_rows: Final = Rows(policy_versions)

_ARN = re.compile(r"arn:aws[a-z-]*:iam::(aws|\d{12}):policy/[\x21-\x7e]+")


def is_policy_arn(text: str) -> bool:
    """Whether a text has the form of a managed policy's ARN."""
    return _ARN.fullmatch(text) is not None


def policy_arn(row: Row) -> str:
    """The ARN of a customer managed policy, by its row."""
    return Scope(row.account, row.region).arn("iam", f"policy{row.path}{row.name}")


def aws_policy_named(arn: str) -> AwsPolicy | None:
    """The policy of AWS's with this ARN, or None."""
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam" or parsed.account != "aws":
        return None
    return aws_policy(parsed.resource)


def find_policy(tx: Snapshot, arn: str) -> Row | None:
    """The row of the customer managed policy with this ARN, or None."""
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam":
        return None
    at = View(tx, Scope(parsed.account, f"{parsed.partition}-global"))
    row = policy_rows.find(at, key=parsed.resource.rpartition("/")[2].lower())
    return row if row is not None and policy_arn(row) == arn else None


def is_attachable(at: Reading, arn: str) -> bool:
    """Whether a policy is there for the account's users, groups and roles."""
    managed = aws_policy_named(arn)
    if managed is not None:
        return managed.attachable
    policy = find_policy(at.tx, arn)
    return policy is not None and policy.account == at.scope.account


def document_of(tx: Snapshot, policy: Row, version: int) -> str | None:
    """The document of one version of a customer managed policy, or None."""
    at = View(tx, Scope(policy.account, policy.region))
    row = version_rows.find(at, policy=policy.id, version=version)
    return None if row is None else row.document


def default_document(tx: Snapshot, arn: str) -> str | None:
    """The document of the default version of any managed policy, or None."""
    managed = aws_policy_named(arn)
    if managed is not None:
        return managed.document
    policy = find_policy(tx, arn)
    return None if policy is None else document_of(tx, policy, policy.default_version)
