"""Where something lives: an account in a region, or in the whole account.

What is global to an account (IAM's users and roles) lives in the pseudo region of its partition, such as
`aws-global`, which ARNs leave out.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from typing import NamedTuple

DEFAULT_ACCOUNT = "000000000000"
DEFAULT_REGION = "us-east-1"

_GLOBAL = "-global"


class Scope(NamedTuple):
    """An account and a region; the two columns that lead every table's key."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """The AWS partition of the region: `aws`, `aws-cn` or `aws-us-gov`."""
        if self.region.startswith(("cn-", "aws-cn-")):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith(("us-gov-", "aws-us-gov-")) else "aws"

    @property
    def of_account(self) -> Scope:
        """Where what is global to the account lives, in this partition."""
        return Scope(self.account, self.partition + _GLOBAL)

    @property
    def columns(self) -> dict[str, str]:
        """The values of a statement about this scope, by the names of the columns."""
        return {"account": self.account, "region": self.region}

    def arn(self, service: str, resource: str) -> str:
        """The ARN of `resource` (such as `rule/nightly`) of a service in this scope."""
        region = "" if self.region.endswith(_GLOBAL) else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"
