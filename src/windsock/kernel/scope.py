"""Where something lives: an account in a region."""

from __future__ import annotations

from typing import NamedTuple

DEFAULT_ACCOUNT = "000000000000"
DEFAULT_REGION = "us-east-1"


class Scope(NamedTuple):
    """An account and a region; the two columns that lead every table's key."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """The AWS partition of the region: `aws`, `aws-cn` or `aws-us-gov`."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def columns(self) -> dict[str, str]:
        """The values of a statement about this scope, by the names of the columns."""
        return {"account": self.account, "region": self.region}

    def arn(self, service: str, resource: str) -> str:
        """The ARN of `resource` (such as `rule/nightly`) of a service in this scope."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
