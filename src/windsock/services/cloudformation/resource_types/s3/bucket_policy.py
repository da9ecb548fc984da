"""AWS::S3::BucketPolicy: the policy of a bucket.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
"""

from __future__ import annotations

from typing import ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import resource_type


@resource_type("AWS::S3::BucketPolicy")
class BucketPolicy(ByModel):
    """A policy; its id is the name of the bucket."""

    service = "s3"
    create_operation = "PutBucketPolicy"
    update_operation = "PutBucketPolicy"
    delete_operation = "DeleteBucketPolicy"
    id_parameter = "Bucket"
    name_property = "Bucket"
    renamed: ClassVar = {"PolicyDocument": "Policy"}
    tagging = None
    gone = ("NoSuchBucket", "NoSuchBucketPolicy")
