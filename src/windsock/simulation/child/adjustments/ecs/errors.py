"""What ECS refuses.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html and the pages of the
operations beside it.
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class ClientError(AwsError):
    """A request that cannot be done as things are."""

    code = "ClientException"


class InvalidParameter(AwsError):
    """A parameter that is not valid."""

    code = "InvalidParameterException"


class ClusterNotFound(AwsError):
    """A cluster that is not there."""

    code = "ClusterNotFoundException"
