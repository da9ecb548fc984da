"""The errors of AWS Health, as its service model names them.

Source: https://docs.aws.amazon.com/health/latest/APIReference/API_DescribeEvents.html
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class InvalidPaginationToken(AwsError):
    """A token that no page gave."""

    code = "InvalidPaginationToken"

    def __init__(self) -> None:
        super().__init__("The specified pagination token (nextToken) is not valid.")


class InvalidHealthEvent(AwsError):
    """What an operator wanted to put in, and what is wrong with it."""

    code = "InvalidHealthEvent"
