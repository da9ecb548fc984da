"""Amazon Resource Names, taken apart.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from windsock.kernel.scope import Scope


class Arn(NamedTuple):
    """`arn:partition:service:region:account:resource`; `resource` keeps its own `:` and `/`."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def scope(self) -> Scope:
        """The account and region the resource lives in (either may be empty)."""
        return Scope(self.account, self.region)

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


@functools.lru_cache(maxsize=10_000)
def parse_arn(text: str) -> Arn | None:
    """The parts of an ARN, or None when `text` is not one."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
        return None
    return Arn(*parts[1:])
