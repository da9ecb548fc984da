"""Who may do what with buckets where IAM is enforced: bucket policies, the public, ACLs, other accounts."""

from __future__ import annotations

import itertools
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError
from tests.servers import start
from tests.walkthroughs.accounts import EnforcedAccount, policy

ACCOUNT = "111122223333"
OTHER = "444455556666"
CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_numbers = itertools.count()


class Owner(EnforcedAccount):
    """An account with buckets."""

    def user(self, name: str, *statements: dict[str, Any]) -> tuple[str, str]:
        """A key of a new user with a policy of these statements."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    def bucket(self, *statements: dict[str, Any], **block: bool) -> str:
        """A new bucket with an object `k`, blocked only as told, with a policy about it and its objects."""
        name, s3 = f"bucket-{next(_numbers)}", self.client("s3")
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="k", Body=b"hello")
        if block:
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
        else:
            s3.delete_public_access_block(Bucket=name)
        if statements:
            s3.put_bucket_policy(Bucket=name, Policy=self.about(name, *statements))
        return name

    @staticmethod
    def about(bucket: str, *statements: dict[str, Any]) -> str:
        both = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
        return policy(*({"Resource": both} | statement for statement in statements))

    def fetch(self, path: str) -> tuple[int, str]:
        """Status and body of a GET that nobody signed."""
        try:
            with urllib.request.urlopen(f"{self.server.endpoint}/{path}") as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def owner() -> Iterator[Owner]:
    with start("--memory", "--iam", "enforce") as server:
        yield Owner(server, ACCOUNT, "us-east-1")


@pytest.fixture(scope="module")
def other(owner: Owner) -> Owner:
    return Owner(owner.server, OTHER, "us-east-1")


def configured(account: Owner, service: str, key: tuple[str, str], **config: Any) -> Any:
    """A client with a configuration of its own."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=account.server.endpoint,
        region_name=account.region,
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
        config=botocore.config.Config(**config),
    )


def refusal(call: Any, **params: Any) -> tuple[str, str]:
    """Code and message of a call that must be refused."""
    with pytest.raises(ClientError) as error:
        call(**params)
    told = error.value.response["Error"]
    return told["Code"], told["Message"]


def test_a_bucket_policy_lets_a_user_in_and_keeps_one_out(owner: Owner) -> None:
    ada, bob = owner.user("ada"), owner.user("bob", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    name = owner.bucket(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ada"},
            "Action": "s3:GetObject",
        },
        {
            "Effect": "Deny",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"},
            "Action": "s3:Get*",
        },
    )
    s3 = owner.client("s3", ada)
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"hello"
    assert refusal(s3.put_object, Bucket=name, Key="k", Body=b"x")[0] == "AccessDenied"
    assert refusal(owner.client("s3", bob).get_object, Bucket=name, Key="k") == (
        "AccessDenied",
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: s3:GetObject on resource: "
        f'"arn:aws:s3:::{name}/k" with an explicit deny in a resource-based policy',
    )
    owner.client("s3").delete_bucket_policy(Bucket=name)
    assert refusal(s3.get_object, Bucket=name, Key="k")[0] == "AccessDenied"
    owner.client("s3", bob).get_object(Bucket=name, Key="k")


def test_another_account_needs_both_sides(owner: Owner, other: Owner) -> None:
    name = owner.bucket()
    eve = other.user("eve", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    mallory = other.user("mallory")
    for key in (eve, mallory, other.root):
        assert refusal(other.client("s3", key).get_object, Bucket=name, Key="k")[0] == "AccessDenied"
    theirs = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": ["s3:GetObject", "s3:PutObject"]}
    owner.client("s3").put_bucket_policy(Bucket=name, Policy=owner.about(name, theirs))
    for key in (eve, other.root):
        other.client("s3", key).get_object(Bucket=name, Key="k")
    assert refusal(other.client("s3", mallory).get_object, Bucket=name, Key="k")[0] == "AccessDenied"
    other.client("s3").put_object(Bucket=name, Key="theirs", Body=b"x")
    assert owner.client("s3").get_object(Bucket=name, Key="theirs")["Body"].read() == b"x"
    assert refusal(other.client("s3").put_bucket_policy, Bucket=name, Policy=owner.about(name, theirs))[
        0
    ] == ("AccessDenied")


def test_a_public_bucket_is_public(owner: Owner) -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    name = owner.bucket(everybody)
    assert owner.fetch(f"{name}/k") == (200, "hello")
    status, body = owner.fetch(name)
    assert (status, "<Code>AccessDenied</Code><Message>Access Denied</Message>" in body) == (403, True)
    # Nobody may list it, so what is not there is not told.
    assert owner.fetch(f"{name}/none")[0] == 403
    listed = {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket"}
    s3 = owner.client("s3")
    s3.put_bucket_policy(Bucket=name, Policy=owner.about(name, everybody, listed))
    assert owner.fetch(f"{name}/none")[0] == 404
    assert s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"] == {"IsPublic": True}
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    assert owner.fetch(f"{name}/k")[0] == 403
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"hello"
    assert owner.fetch(f"{owner.bucket()}/k")[0] == 403


def test_a_new_bucket_is_closed(owner: Owner) -> None:
    s3 = owner.client("s3")
    s3.create_bucket(Bucket="closed")
    assert s3.get_public_access_block(Bucket="closed")["PublicAccessBlockConfiguration"] == CLOSED
    rules = s3.get_bucket_ownership_controls(Bucket="closed")["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    public = owner.about("closed", {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"})
    code, message = refusal(s3.put_bucket_policy, Bucket="closed", Policy=public)
    assert code == "AccessDenied"
    assert message.endswith(
        'on resource: "arn:aws:s3:::closed" because public policies are prevented by the BlockPublicPolicy '
        "setting in S3 Block Public Access."
    )
    assert refusal(s3.put_bucket_acl, Bucket="closed", ACL="public-read") == (
        "AccessControlListNotSupported",
        "The bucket does not allow ACLs",
    )
    s3.put_object(Bucket="closed", Key="k", Body=b"x", ACL="bucket-owner-full-control")
    assert refusal(s3.create_bucket, Bucket="open", ACL="public-read")[0] == (
        "InvalidBucketAclWithObjectOwnership"
    )


def test_acls_let_everybody_in_where_they_may(owner: Owner) -> None:
    s3, name = owner.client("s3"), owner.bucket()
    writer = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=writer)
    s3.put_object(Bucket=name, Key="open", Body=b"read me", ACL="public-read")
    s3.put_object(Bucket=name, Key="private", Body=b"x")
    assert owner.fetch(f"{name}/open") == (200, "read me")
    assert owner.fetch(f"{name}/private")[0] == 403
    assert owner.fetch(name)[0] == 403
    s3.put_bucket_acl(Bucket=name, ACL="public-read")
    assert owner.fetch(name)[0] == 200
    assert owner.fetch(f"{name}/private")[0] == 403
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    code, message = refusal(s3.put_object_acl, Bucket=name, Key="private", ACL="public-read")
    assert (code, "because public ACLs are prevented by" in message) == ("AccessDenied", True)
    assert owner.fetch(f"{name}/open")[0] == 200
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    assert owner.fetch(f"{name}/open")[0] == 403


def test_what_is_not_there_is_told_to_who_may_list(owner: Owner) -> None:
    name = owner.bucket()
    carol = owner.user("carol", {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
    s3 = owner.client("s3", carol)
    code, message = refusal(s3.get_object, Bucket=name, Key="none")
    assert (code, "is not authorized to perform: s3:ListBucket on" in message) == ("AccessDenied", True)
    assert refusal(s3.head_object, Bucket=name, Key="none") == ("403", "Forbidden")
    may = policy({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"})
    owner.client("iam").put_user_policy(UserName="carol", PolicyName="list", PolicyDocument=may)
    assert refusal(s3.get_object, Bucket=name, Key="none")[0] == "NoSuchKey"
    assert refusal(s3.head_object, Bucket=name, Key="none") == ("404", "Not Found")


def test_conditions_of_s3s_own(owner: Owner) -> None:
    name, s3 = owner.bucket(), owner.client("s3")
    everybody: dict[str, Any] = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/dan"}}
    key = owner.user("dan")
    dan = owner.client("s3", key)
    rules: dict[str, Any] = {
        "s3:ListBucket": {
            "StringLike": {"s3:prefix": "home/*"},
            "NumericLessThanEquals": {"s3:max-keys": 10},
        },
        "s3:PutObject": {
            "StringEquals": {"s3:x-amz-server-side-encryption": "AES256", "s3:RequestObjectTag/team": "a"}
        },
        "s3:PutObjectTagging": {},
        "s3:GetObject": {
            "StringEquals": {"s3:authType": "REST-HEADER", "s3:signatureversion": "AWS4-HMAC-SHA256"},
            "NumericLessThan": {"s3:signatureAge": 600_000},
        },
    }
    statements = [
        {"Effect": "Allow", **everybody, "Action": action, "Condition": condition}
        for action, condition in rules.items()
    ]
    s3.put_bucket_policy(Bucket=name, Policy=owner.about(name, *statements))
    dan.list_objects_v2(Bucket=name, Prefix="home/dan", MaxKeys=5)
    assert refusal(dan.list_objects_v2, Bucket=name, Prefix="home/dan", MaxKeys=50)[0] == "AccessDenied"
    assert refusal(dan.list_objects_v2, Bucket=name, MaxKeys=5)[0] == "AccessDenied"
    dan.put_object(Bucket=name, Key="x", ServerSideEncryption="AES256", Tagging="team=a&other=b")
    assert refusal(dan.put_object, Bucket=name, Key="x", Tagging="team=a")[0] == "AccessDenied"
    sse = {"ServerSideEncryption": "AES256"}
    assert refusal(dan.put_object, Bucket=name, Key="x", Tagging="team=b", **sse)[0] == "AccessDenied"
    dan.get_object(Bucket=name, Key="k")
    presigning = configured(owner, "s3", key, signature_version="s3v4")
    url = presigning.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "k"})
    assert owner.fetch(url.removeprefix(f"{owner.server.endpoint}/"))[0] == 403


MINE = "arn:aws:s3:::checked"
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{MINE}/*"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "Policies must be valid JSON and the first byte must be '{'"),
        ("{]", "This policy contains invalid Json"),
        ('{"Version":"2012-10-17"}', "Missing required field Statement"),
        ('{"Version":"2013-10-17","Statement":[]}', "The policy must contain a valid version string"),
        ('{"Statement":[]}', "Could not parse the policy: Statement is empty!"),
        (policy({k: v for k, v in ALLOW.items() if k != "Principal"}), "Missing required field Principal"),
        (policy({k: v for k, v in ALLOW.items() if k != "Resource"}), "Missing required field Resource"),
        (policy(ALLOW | {"Effect": "allow"}), "Invalid effect: allow"),
        (policy(ALLOW | {"Who": "me"}), "Unknown field Who"),
        (policy(ALLOW | {"Principal": {"AWS": "nobody"}}), "Invalid principal in policy"),
        (
            policy(ALLOW | {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/none"}}),
            "Invalid principal in policy",
        ),
        (policy(ALLOW | {"Principal": {"Service": "mine"}}), "Invalid principal in policy"),
        (policy(ALLOW | {"Action": "sqs:SendMessage"}), "Policy has invalid action"),
        (policy(ALLOW | {"Action": "s3:Fly"}), "Policy has invalid action"),
        (policy(ALLOW | {"Resource": "arn:aws:s3:::another/*"}), "Policy has invalid resource"),
        (policy(ALLOW | {"Resource": MINE}), "Action does not apply to any resource(s) in statement"),
        (
            policy(ALLOW | {"Action": ["s3:GetObject", "s3:ListBucket"]}),
            "Action does not apply to any resource(s) in statement",
        ),
        (policy(ALLOW | {"Condition": {"Like": {"a:b": "c"}}}), "Invalid Condition type : Like"),
        (
            policy(ALLOW | {"Condition": {"StringLike": {"prefix": "c"}}}),
            "Policy has an invalid condition key",
        ),
    ],
)
def test_what_is_no_policy_of_the_bucket(owner: Owner, text: str, message: str) -> None:
    s3 = owner.client("s3")
    s3.create_bucket(Bucket="checked")
    assert refusal(s3.put_bucket_policy, Bucket="checked", Policy=text) == ("MalformedPolicy", message)


def test_policies_of_buckets_that_are_taken(owner: Owner) -> None:
    s3, name = owner.client("s3"), owner.bucket()
    assert refusal(s3.get_bucket_policy, Bucket=name)[0] == "NoSuchBucketPolicy"
    assert refusal(s3.get_bucket_policy_status, Bucket=name)[0] == "NoSuchBucketPolicy"
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    secure = statement | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    named = statement | {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    text = owner.about(name, secure, named | {"Resource": f"arn:aws:s3:::{name}*"})
    s3.put_bucket_policy(Bucket=name, Policy=text)
    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]) == json.loads(text)
    assert s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"] == {"IsPublic": False}
    s3.delete_object(Bucket=name, Key="k")
    s3.delete_bucket(Bucket=name)
    s3.create_bucket(Bucket=name)
    assert refusal(s3.get_bucket_policy, Bucket=name)[0] == "NoSuchBucketPolicy"


def test_a_trail_is_let_into_its_bucket(owner: Owner) -> None:
    """The policy of the user guide, with the trail's ARN in it; another trail is kept out."""
    name, trail = owner.bucket(), f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/audit"
    cloudtrail, s3 = owner.client("cloudtrail"), owner.client("s3")
    assert refusal(cloudtrail.create_trail, Name="audit", S3BucketName=name) == (
        "InsufficientS3BucketPolicyException",
        f"Incorrect S3 bucket policy is detected for bucket: {name}",
    )
    service: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    mine = {"aws:SourceArn": trail}
    looks = {
        "Action": "s3:GetBucketAcl",
        "Resource": f"arn:aws:s3:::{name}",
        "Condition": {"StringEquals": mine},
    }
    writes = {
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/AWSLogs/{ACCOUNT}/*",
        "Condition": {"StringEquals": {**mine, "s3:x-amz-acl": "bucket-owner-full-control"}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=policy(service | looks, service | writes))
    cloudtrail.create_trail(Name="audit", S3BucketName=name)
    assert refusal(cloudtrail.create_trail, Name="another", S3BucketName=name)[0] == (
        "InsufficientS3BucketPolicyException"
    )
    assert refusal(cloudtrail.update_trail, Name="audit", S3KeyPrefix="elsewhere")[0] == (
        "InsufficientS3BucketPolicyException"
    )
