"""The errors of Snowball, as its service model names them.

Source: https://docs.aws.amazon.com/snowball/latest/api-reference/API_CreateJob.html
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class InvalidResource(AwsError):
    """A job or address that is not there."""

    code = "InvalidResourceException"

    def __init__(self) -> None:
        super().__init__(
            "The specified resource can't be found. Check the information you provided in your last request, "
            "and try again."
        )


class InvalidJobState(AwsError):
    """Something that cannot be done to a job in its state."""

    code = "InvalidJobStateException"

    def __init__(self) -> None:
        super().__init__(
            "The action can't be performed because the job's current state doesn't allow that action to be "
            "performed."
        )


class InvalidInputCombination(AwsError):
    """A job that lacks what it needs."""

    code = "InvalidInputCombinationException"


class InvalidNextToken(AwsError):
    """A token that no page gave."""

    code = "InvalidNextTokenException"

    def __init__(self) -> None:
        super().__init__("The NextToken string is invalid.")
