"""CloudTrail from outside: what `aws cloudtrail validate-logs` says of a trail's files."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import BIN, START, cli_environment
from tests.servers import start

from windsock.testing import Server

ACCOUNT = "535353535353"
BUCKET = "audit-535353535353"
END = "2017-01-03T00:00:00Z"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        }
    ],
}


@dataclass
class Audit:
    """A trail that validates its files, in a windsock of its own whose clock the test moves."""

    windsock: Server
    client: Callable[..., Any]

    def work(self, seconds: int, *topics: str) -> None:
        """Have topics made, then let time pass."""
        for topic in topics:
            self.client("sns").create_topic(Name=topic)
        self.windsock.advance(seconds)

    def keys(self, part: str) -> list[str]:
        """The keys of the bucket with a part in them."""
        listed = self.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", ())
        return [each["Key"] for each in listed if part in each["Key"]]

    def validated(self, *more: str, region: str = "us-east-1", trail: str = TRAIL) -> str:
        """What the AWS CLI says of all files, with its exit status."""
        words = ["--trail-arn", trail, "--start-time", START, "--end-time", END, "--verbose", *more]
        # The command takes no notice of --endpoint-url for S3.
        done = subprocess.run(
            [str(BIN / "aws"), "--region", region, "cloudtrail", "validate-logs", *words],
            capture_output=True,
            text=True,
            env={**cli_environment(ACCOUNT, region), "AWS_ENDPOINT_URL": self.windsock.endpoint},
            check=False,
        )
        return f"{done.returncode}\n{done.stdout}{done.stderr}"


@pytest.fixture
def audit() -> Iterator[Audit]:
    with start("--memory", "--clock", f"virtual:{START}") as server:

        def client(service: str, region: str = "us-east-1", account: str = ACCOUNT) -> Any:
            return boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=server.endpoint,
                region_name=region,
                aws_access_key_id=account,
                aws_secret_access_key="test",
            )

        s3, cloudtrail = client("s3"), client("cloudtrail")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(POLICY))
        cloudtrail.create_trail(
            Name="main", S3BucketName=BUCKET, IsMultiRegionTrail=True, EnableLogFileValidation=True
        )
        cloudtrail.start_logging(Name="main")
        yield Audit(server, client)


def test_files_are_validated(audit: Audit) -> None:
    audit.work(3_700, "one")
    audit.work(3_600)  # in which nothing happens
    audit.work(3_600, "two")
    digests = audit.keys("CloudTrail-Digest/us-east-1")
    assert [key[-24:] for key in digests] == [f"20170102T0{hour}0000Z.json.gz" for hour in (1, 2, 3)]
    told = audit.validated()
    assert told.startswith("0\n")
    assert "3/3 digest files valid" in told
    assert f"{len(audit.keys('/CloudTrail/us-east-1'))}/" in told
    assert "INVALID" not in told

    status = audit.client("cloudtrail").get_trail_status(Name="main")
    assert status["LatestDigestDeliveryTime"].isoformat() == "2017-01-02T03:00:00+00:00"
    (key,) = audit.client("cloudtrail").list_public_keys(
        StartTime="2017-01-02T00:00:00Z", EndTime="2017-01-02T05:00:00Z"
    )["PublicKeyList"]
    body = audit.client("s3").get_object(Bucket=BUCKET, Key=digests[-1])
    digest = json.loads(gzip.decompress(body["Body"].read()))
    assert digest["digestPublicKeyFingerprint"] == key["Fingerprint"]
    assert digest["previousDigestS3Object"] == digests[-2]


def test_what_was_changed_or_deleted_is_found(audit: Audit) -> None:
    audit.work(3_700, "one")
    audit.work(3_600, "two")
    s3 = audit.client("s3")
    first, *_, last = audit.keys("/CloudTrail/us-east-1")
    content = gzip.decompress(s3.get_object(Bucket=BUCKET, Key=first)["Body"].read())
    forged = content.replace(b"CreateTopic", b"DeleteTopic")
    assert forged != content
    s3.put_object(Bucket=BUCKET, Key=first, Body=gzip.compress(forged))
    s3.delete_object(Bucket=BUCKET, Key=last)
    told = audit.validated()
    assert told.startswith("1\n")
    assert f"Log file\ts3://{BUCKET}/{first}\tINVALID: hash value doesn't match" in told
    assert f"Log file\ts3://{BUCKET}/{last}\tINVALID: not found" in told

    digest = audit.keys("CloudTrail-Digest/us-east-1")[0]
    content = s3.get_object(Bucket=BUCKET, Key=digest)
    body = gzip.decompress(content["Body"].read()).replace(b'"SHA-256"', b'"SHA-512"', 1)
    s3.put_object(Bucket=BUCKET, Key=digest, Body=gzip.compress(body), Metadata=content["Metadata"])
    assert f"Digest file\ts3://{BUCKET}/{digest}\tINVALID: signature verification failed" in audit.validated()


def test_each_region_has_its_own_chain_and_key(audit: Audit) -> None:
    audit.client("sns", "eu-west-1").create_topic(Name="there")
    audit.work(3_700)
    assert audit.keys("CloudTrail-Digest/eu-west-1")
    told = audit.validated(region="eu-west-1")
    assert told.startswith("0\n")
    assert "1/1 digest files valid 1/1 log files valid" in " ".join(told.split())


def test_a_chain_ends_with_logging_and_another_begins(audit: Audit) -> None:
    cloudtrail = audit.client("cloudtrail")
    audit.work(1_800, "one")
    cloudtrail.stop_logging(Name="main")
    audit.work(3_600)
    (final,) = audit.keys("CloudTrail-Digest/us-east-1")
    audit.work(7_200)
    assert audit.keys("CloudTrail-Digest/us-east-1") == [final]
    cloudtrail.start_logging(Name="main")
    audit.work(3_700, "two")
    told = audit.validated()
    assert told.startswith("0\n")
    assert "2/2 digest files valid" in told
    cloudtrail.update_trail(Name="main", EnableLogFileValidation=False)
    audit.work(7_200, "three")
    assert len(audit.keys("CloudTrail-Digest/us-east-1")) == 3


def test_files_are_encrypted_with_the_key_that_is_named(audit: Audit) -> None:
    kms, cloudtrail = audit.client("kms"), audit.client("cloudtrail")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/audit", TargetKeyId=key["KeyId"])
    with pytest.raises(ClientError, match="KmsKeyNotFoundException"):
        cloudtrail.update_trail(Name="main", KmsKeyId="alias/gone")
    assert cloudtrail.update_trail(Name="main", KmsKeyId="alias/audit")["KmsKeyId"] == key["Arn"]
    audit.work(3_700, "one")
    for part in ("/CloudTrail/us-east-1", "CloudTrail-Digest/us-east-1"):
        head = audit.client("s3").head_object(Bucket=BUCKET, Key=audit.keys(part)[0])
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key["Arn"])
    assert audit.validated().startswith("0\n")


def test_data_events_of_items_objects_functions_and_messages(audit: Audit) -> None:
    cloudtrail = audit.client("cloudtrail")
    arns = {
        "AWS::S3::Object": "arn:aws:s3:::things/",
        "AWS::DynamoDB::Table": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/one",
        "AWS::SQS::Queue": f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs",
    }
    selectors = [
        {
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Data"]},
                {"Field": "resources.type", "Equals": [kind]},
                {"Field": "resources.ARN", "StartsWith": [arn]},
            ]
        }
        for kind, arn in arns.items()
    ]
    cloudtrail.put_event_selectors(TrailName="main", AdvancedEventSelectors=selectors)
    s3, dynamodb, sqs = audit.client("s3"), audit.client("dynamodb"), audit.client("sqs")
    for bucket in ("things", "others"):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for table in ("one", "two"):
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.put_item(TableName=table, Item={"id": {"S": "1"}})
    for queue in ("jobs", "other"):
        sqs.send_message(QueueUrl=sqs.create_queue(QueueName=queue)["QueueUrl"], MessageBody="m")
    audit.work(300)
    found = []
    for key in audit.keys("/CloudTrail/us-east-1"):
        body = gzip.decompress(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        for record in json.loads(body)["Records"]:
            found += [
                (record["eventName"], each["ARN"])
                for each in record.get("resources", ())
                if each["type"] in arns and record["eventCategory"] == "Data"
            ]
    assert sorted(found) == [
        ("PutItem", arns["AWS::DynamoDB::Table"]),
        ("PutObject", "arn:aws:s3:::things/k"),
        ("SendMessage", arns["AWS::SQS::Queue"]),
    ]


def test_a_trail_of_an_organisation_is_for_all_its_accounts(audit: Audit) -> None:
    member = "545454545454"
    ours = audit.client("cloudtrail")
    settings = {"Name": "all", "S3BucketName": BUCKET, "IsOrganizationTrail": True}
    settings |= {"EnableLogFileValidation": True}
    with pytest.raises(ClientError, match="OrganizationsNotInUseException"):
        ours.create_trail(**settings)
    organizations = audit.client("organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    with pytest.raises(ClientError, match="CloudTrailAccessNotEnabledException"):
        ours.create_trail(**settings)
    organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    invited = organizations.invite_account_to_organization(Target={"Id": member, "Type": "ACCOUNT"})
    theirs = audit.client("organizations", account=member)
    theirs.accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    made = ours.create_trail(**settings)
    ours.start_logging(Name="all")

    seen = audit.client("cloudtrail", account=member)
    with pytest.raises(ClientError, match="NotOrganizationMasterAccountException"):
        seen.create_trail(**{**settings, "Name": "mine"})
    (shown,) = seen.describe_trails()["trailList"]
    assert (shown["TrailARN"], shown["IsOrganizationTrail"]) == (made["TrailARN"], True)
    assert "OrganizationId" not in shown
    with pytest.raises(ClientError, match="NotOrganizationMasterAccountException"):
        seen.stop_logging(Name="all")

    audit.client("sns", account=member).create_topic(Name="theirs")
    audit.client("sns", account="565656565656").create_topic(Name="elsewhere")
    audit.work(3_700, "ours")
    for account in (ACCOUNT, member):
        (key, *_) = audit.keys(f"AWSLogs/{organization}/{account}/CloudTrail/us-east-1/")
        body = gzip.decompress(audit.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())
        assert account in {record["recipientAccountId"] for record in json.loads(body)["Records"]}
        told = audit.validated("--account-id", account, trail=made["TrailARN"])
        assert told.startswith("0\n")
        assert "1/1 digest files valid" in told
    assert audit.keys("565656565656") == []
