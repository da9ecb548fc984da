"""What S3 answers to settings it does not take.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class InvalidArgument(AwsError):
    """A setting that cannot be; `name` and `value` say which, where it is one."""

    code = "InvalidArgument"

    def __init__(self, message: str, name: str = "", value: str = "") -> None:
        details = {"ArgumentName": name, "ArgumentValue": value} if name else {}
        super().__init__(message, details=details)
