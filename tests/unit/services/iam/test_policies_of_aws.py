"""The policies that AWS manages are read by the library that decides by them."""

from windsock.languages.policies import parse
from windsock.services.iam.aws_managed import aws_policies


def test_all_policies_of_aws_can_be_decided_by() -> None:
    policies = aws_policies()
    assert len(policies) > 1500
    assert all(parse(policy.document, "managed").statements for policy in policies.values())
