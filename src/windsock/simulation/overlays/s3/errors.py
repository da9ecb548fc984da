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


class MalformedPolicy(AwsError):
    """A text that cannot be the policy of the bucket."""

    code = "MalformedPolicy"


class NoSuchBucket(AwsError):
    """A bucket that is not there."""

    code = "NoSuchBucket"
    status = 404

    def __init__(self, bucket: str) -> None:
        super().__init__("The specified bucket does not exist", details={"BucketName": bucket})


class NoSuchBucketPolicy(AwsError):
    """A bucket without a policy."""

    code = "NoSuchBucketPolicy"
    status = 404

    def __init__(self, bucket: str) -> None:
        super().__init__("The bucket policy does not exist", details={"BucketName": bucket})


class AclsNotSupported(AwsError):
    """An ACL for a bucket whose owner owns all objects."""

    code = "AccessControlListNotSupported"

    def __init__(self) -> None:
        super().__init__("The bucket does not allow ACLs")


class AclWithoutOwnership(AwsError):
    """An ACL for a new bucket whose owner is to own all objects."""

    code = "InvalidBucketAclWithObjectOwnership"

    def __init__(self) -> None:
        super().__init__("Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")


class PublicPolicyBlocked(AwsError):
    """A policy that lets the public in, where that is blocked."""

    code = "AccessDenied"
    status = 403

    def __init__(self, user: str, resource: str) -> None:
        super().__init__(
            f'User: {user} is not authorized to perform: s3:PutBucketPolicy on resource: "{resource}" '
            "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public "
            "Access."
        )


class PublicAclBlocked(AwsError):
    """An ACL that lets the public in, where that is blocked."""

    code = "AccessDenied"
    status = 403

    def __init__(self, user: str, action: str, resource: str) -> None:
        super().__init__(
            f'User: {user} is not authorized to perform: {action} on resource: "{resource}" because public '
            "ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access."
        )
