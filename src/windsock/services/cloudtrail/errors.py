"""The errors of CloudTrail, as its service model names them.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class TrailNotFound(AwsError):
    """A trail that does not exist."""

    code = "TrailNotFoundException"

    def __init__(self, name: str, account: str) -> None:
        super().__init__(f"Unknown trail: {name} for the user: {account}")


class TrailAlreadyExists(AwsError):
    """A name that another trail of the account has in the region."""

    code = "TrailAlreadyExistsException"

    def __init__(self, name: str, account: str) -> None:
        super().__init__(f"Trail {name} already exists for customer: {account}")


class TooManyTrails(AwsError):
    """One trail more than an account may have."""

    code = "MaximumNumberOfTrailsExceededException"

    def __init__(self, account: str, most: int) -> None:
        super().__init__(f"User: {account} already has {most} trails in the region.")


class InvalidTrailName(AwsError):
    """A name that no trail can have."""

    code = "InvalidTrailNameException"


class InvalidHomeRegion(AwsError):
    """A change of a trail that was asked for in another region than its own."""

    code = "InvalidHomeRegionException"

    def __init__(self, home: str) -> None:
        super().__init__(f"Trail must be changed from its home region: {home}.")


class InvalidPrefix(AwsError):
    """A key prefix that is too long."""

    code = "InvalidS3PrefixException"


class OrganizationsNotInUse(AwsError):
    """A trail of an organisation, asked for by an account that is in none."""

    code = "OrganizationsNotInUseException"

    def __init__(self) -> None:
        super().__init__("The account is not a member of an organization.")


class NotManagementAccount(AwsError):
    """A trail of an organisation, to be made or changed by a member."""

    code = "NotOrganizationMasterAccountException"

    def __init__(self) -> None:
        super().__init__("Only the management account can create or change a trail of an organization.")


class NotAllFeatures(AwsError):
    """An organisation for consolidated billing only."""

    code = "OrganizationNotInAllFeaturesModeException"

    def __init__(self) -> None:
        super().__init__("All features must be enabled in the organization.")


class TrustedAccessNotEnabled(AwsError):
    """An organisation that does not let CloudTrail in."""

    code = "CloudTrailAccessNotEnabledException"

    def __init__(self) -> None:
        super().__init__("Trusted access for cloudtrail.amazonaws.com is not enabled in the organization.")


class KeyNotFound(AwsError):
    """The key that a trail was to encrypt its files with."""

    code = "KmsKeyNotFoundException"

    def __init__(self, key: str) -> None:
        super().__init__(f"The KMS key {key} does not exist, or it is in another region than the bucket.")


class KeyDisabled(AwsError):
    """A key that is disabled."""

    code = "KmsException"

    def __init__(self, key: str) -> None:
        super().__init__(f"The KMS key {key} is disabled.")


class BucketDoesNotExist(AwsError):
    """The bucket that a trail was to deliver to."""

    code = "S3BucketDoesNotExistException"

    def __init__(self, bucket: str) -> None:
        super().__init__(f"S3 bucket {bucket} does not exist!")


class BucketPolicy(AwsError):
    """The bucket that a trail was to deliver to does not let it in."""

    code = "InsufficientS3BucketPolicyException"

    def __init__(self, bucket: str) -> None:
        super().__init__(f"Incorrect S3 bucket policy is detected for bucket: {bucket}")


class TopicPolicy(AwsError):
    """The topic that a trail was to tell of its files."""

    code = "InsufficientSnsTopicPolicyException"

    def __init__(self) -> None:
        super().__init__("SNS Topic does not exist or the topic policy is incorrect!")


class InvalidLogGroup(AwsError):
    """The log group that a trail was to deliver to."""

    code = "InvalidCloudWatchLogsLogGroupArnException"


class InvalidLogRole(AwsError):
    """A log group without the role to write to it with, or a role that is none."""

    code = "InvalidCloudWatchLogsRoleArnException"


class InvalidParameters(AwsError):
    """Parameters that do not go together."""

    code = "InvalidParameterCombinationException"


class InvalidEventSelectors(AwsError):
    """Event selectors that say nothing, or too much."""

    code = "InvalidEventSelectorsException"


class InvalidLookupAttributes(AwsError):
    """More than one attribute to look events up by."""

    code = "InvalidLookupAttributesException"


class InvalidTimeRange(AwsError):
    """A range of time that ends before it begins."""

    code = "InvalidTimeRangeException"


class InvalidMaxResults(AwsError):
    """A page that is empty or too large."""

    code = "InvalidMaxResultsException"


class InvalidNextToken(AwsError):
    """A token that no page gave."""

    code = "InvalidNextTokenException"

    def __init__(self) -> None:
        super().__init__("Invalid NextToken.")


class ResourceNotFound(AwsError):
    """Something to tag that is not there."""

    code = "ResourceNotFoundException"


class TagsLimitExceeded(AwsError):
    """More tags than a trail may have."""

    code = "TagsLimitExceededException"


class InvalidTag(AwsError):
    """A tag that AWS keeps for itself."""

    code = "InvalidTagParameterException"
