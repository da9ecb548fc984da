"""IAM enforced on simulated resources: their tags and other keys, roles that lie behind names, paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.servers import start
from tests.walkthroughs.accounts import EnforcedAccount, policy

ACCOUNT = "111122223333"
EC2 = f"arn:aws:ec2:us-east-1:{ACCOUNT}"


class Account(EnforcedAccount):
    """An account whose user `ada` has one policy, which tests set."""

    def __init__(self, server: Any, account: str, region: str) -> None:
        super().__init__(server, account, region)
        iam = self.client("iam")
        iam.create_user(UserName="ada")
        key = iam.create_access_key(UserName="ada")["AccessKey"]
        self.ada = key["AccessKeyId"], key["SecretAccessKey"]

    def may(self, *statements: dict[str, Any]) -> None:
        """Let `ada` do what these say, and nothing else."""
        document = policy(*({"Effect": "Allow", "Resource": "*"} | each for each in statements))
        self.client("iam").put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=document)

    def as_ada(self, service: str) -> Any:
        return self.client(service, self.ada)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with start("--memory", "--iam", "enforce") as server:
        yield Account(server, ACCOUNT, "us-east-1")


def denied(call: Any, **params: Any) -> str:
    """The message of a call that must be denied."""
    with pytest.raises(ClientError) as error:
        call(**params)
    told = error.value.response["Error"]
    assert told["Code"] in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"), told
    return str(told["Message"])


def run(ec2: Any, **params: Any) -> str:
    """The id of a new instance."""
    image = {"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1}
    return str(ec2.run_instances(**{**image, **params})["Instances"][0]["InstanceId"])


def tags(kind: str, **pairs: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": each} for key, each in pairs.items()]}]


@pytest.mark.parametrize("key", ["aws:ResourceTag/team", "ec2:ResourceTag/team"])
def test_tags_of_instances(account: Account, key: str) -> None:
    root, ec2 = account.client("ec2"), account.as_ada("ec2")
    mine = run(root, TagSpecifications=tags("instance", team="ada"))
    another = run(root, TagSpecifications=tags("instance", team="bob"))
    account.may(
        {"Action": "ec2:StopInstances", "Condition": {"StringEquals": {key: "${aws:username}"}}},
    )
    ec2.stop_instances(InstanceIds=[mine])
    message = denied(ec2.stop_instances, InstanceIds=[another])
    assert f"perform: ec2:StopInstances on resource: {EC2}:instance/{another} because" in message
    denied(ec2.stop_instances, InstanceIds=[mine, another])
    root.create_tags(Resources=[another], Tags=[{"Key": "team", "Value": "ada"}])
    ec2.stop_instances(InstanceIds=[another])


def test_what_an_instance_is_launched_with(account: Account) -> None:
    ec2 = account.as_ada("ec2")
    rest = [f"{EC2}:{kind}/*" for kind in ("network-interface", "security-group", "subnet", "volume")]
    instances = {
        "Action": "ec2:RunInstances",
        "Resource": f"{EC2}:instance/*",
        "Condition": {"StringEquals": {"ec2:InstanceType": "t3.micro"}},
    }
    others = {"Action": "ec2:RunInstances", "Resource": [*rest, "arn:aws:ec2:us-east-1::image/ami-*"]}
    account.may(instances, others)
    run(ec2, InstanceType="t3.micro")
    assert f"on resource: {EC2}:instance/* because" in denied(lambda: run(ec2, InstanceType="m5.large"))
    assert f"on resource: {EC2}:key-pair/k because" in denied(
        lambda: run(ec2, InstanceType="t3.micro", KeyName="k")
    )
    # Tags need ec2:CreateTags, which may be allowed for launching only.
    tagged = {"InstanceType": "t3.micro", "TagSpecifications": tags("instance", team="ada")}
    assert "perform: ec2:CreateTags" in denied(lambda: run(ec2, **tagged))
    tagging = {
        "Action": "ec2:CreateTags",
        "Resource": f"{EC2}:instance/*",
        "Condition": {"StringEquals": {"ec2:CreateAction": "RunInstances", "aws:RequestTag/team": "ada"}},
    }
    account.may(instances, others, tagging)
    instance = run(ec2, **tagged)
    denied(lambda: run(ec2, InstanceType="t3.micro", TagSpecifications=tags("instance", team="bob")))
    denied(ec2.create_tags, Resources=[instance], Tags=[{"Key": "team", "Value": "ada"}])


def test_what_volumes_and_snapshots_are(account: Account) -> None:
    root, ec2 = account.client("ec2"), account.as_ada("ec2")
    small = root.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    large = root.create_volume(AvailabilityZone="us-east-1a", Size=800)["VolumeId"]
    account.may(
        {
            "Action": "ec2:CreateSnapshot",
            "Resource": f"{EC2}:volume/*",
            "Condition": {"NumericLessThan": {"ec2:VolumeSize": 100}},
        },
        {
            "Action": ["ec2:CreateSnapshot", "ec2:CreateTags"],
            "Resource": "arn:aws:ec2:us-east-1::snapshot/*",
        },
        {
            "Action": "ec2:DeleteSnapshot",
            "Condition": {
                "StringEquals": {"ec2:Owner": ACCOUNT},
                "ArnEquals": {"ec2:ParentVolume": f"{EC2}:volume/{small}"},
            },
        },
    )
    snapshot = ec2.create_snapshot(VolumeId=small, TagSpecifications=tags("snapshot", a="b"))["SnapshotId"]
    denied(ec2.create_snapshot, VolumeId=large)
    another = root.create_snapshot(VolumeId=large)["SnapshotId"]
    denied(ec2.delete_snapshot, SnapshotId=another)
    ec2.delete_snapshot(SnapshotId=snapshot)


def test_the_vpc_of_a_security_group(account: Account) -> None:
    root, ec2 = account.client("ec2"), account.as_ada("ec2")
    vpcs = [root.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(2)]
    groups = [
        root.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"] for vpc in vpcs
    ]
    condition = {
        "ArnEquals": {"ec2:Vpc": f"{EC2}:vpc/{vpcs[0]}"},
        "StringEquals": {"ec2:Region": "us-east-1"},
    }
    account.may({"Action": "ec2:DeleteSecurityGroup", "Condition": condition})
    denied(ec2.delete_security_group, GroupId=groups[1])
    ec2.delete_security_group(GroupId=groups[0])


def test_the_role_of_an_instance_profile_is_passed(account: Account) -> None:
    iam, ec2 = account.client("iam"), account.as_ada("ec2")
    role = account.role("machine", "ec2.amazonaws.com", ["s3:GetObject"])
    iam.create_instance_profile(InstanceProfileName="machines", Path="/team/")
    iam.add_role_to_instance_profile(InstanceProfileName="machines", RoleName="machine")
    account.may({"Action": "ec2:*"})
    named = {"IamInstanceProfile": {"Name": "machines"}}
    assert f"perform: iam:PassRole on resource: {role} because" in denied(lambda: run(ec2, **named))
    account.client("ec2").create_launch_template(LaunchTemplateName="t", LaunchTemplateData=named)
    template = {"LaunchTemplate": {"LaunchTemplateName": "t"}}
    assert f"perform: iam:PassRole on resource: {role} because" in denied(lambda: run(ec2, **template))
    passing = {"Action": "iam:PassRole", "Resource": role}
    to_functions = {"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}
    account.may({"Action": "ec2:*"}, passing | to_functions)
    denied(lambda: run(ec2, **named))
    to_machines = {
        "Condition": {
            "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"},
            "ArnLike": {"iam:AssociatedResourceArn": f"{EC2}:instance/*"},
        }
    }
    account.may({"Action": "ec2:*"}, passing | to_machines)
    run(ec2, **named)
    run(ec2, **template)


def test_tasks_run_in_the_clusters_allowed_with_roles_that_may_be_passed(account: Account) -> None:
    root, ecs = account.client("ecs"), account.as_ada("ecs")
    role = account.role("task", "ecs-tasks.amazonaws.com", ["s3:GetObject"])
    for name in ("good", "bad"):
        root.create_cluster(clusterName=name)
    containers = [{"name": "c", "image": "i", "memory": 8}]
    root.register_task_definition(family="f", taskRoleArn=role, containerDefinitions=containers)
    running = {
        "Action": "ecs:RunTask",
        "Resource": f"arn:aws:ecs:*:{ACCOUNT}:task-definition/*",
        "Condition": {"ArnLike": {"ecs:cluster": f"arn:aws:ecs:*:{ACCOUNT}:cluster/good"}},
    }
    account.may(running)
    task = {"taskDefinition": "f", "count": 1}
    assert "perform: ecs:RunTask" in denied(ecs.run_task, cluster="bad", **task)
    assert f"perform: iam:PassRole on resource: {role}" in denied(ecs.run_task, cluster="good", **task)
    account.may(running, {"Action": "iam:PassRole", "Resource": role})
    assert "perform: ecs:RunTask" in denied(ecs.run_task, cluster="bad", **task)
    try:
        ecs.run_task(cluster="good", **task)
    except ClientError as error:  # there is no machine to run it on
        assert "AccessDenied" not in error.response["Error"]["Code"]


def test_tags_of_what_moto_keeps(account: Account) -> None:
    s3, rds, tables = (account.client(name) for name in ("s3", "rds", "dynamodb"))
    team = [{"Key": "team", "Value": "ada"}]
    s3.create_bucket(Bucket="tagged")
    s3.put_bucket_tagging(Bucket="tagged", Tagging={"TagSet": team})
    s3.put_object(Bucket="tagged", Key="mine", Body=b"x", Tagging="team=ada")
    s3.put_object(Bucket="tagged", Key="another", Body=b"x", Tagging="team=bob")
    for name, listed in (("mine", team), ("another", [])):
        rds.create_db_instance(
            DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="mysql", AllocatedStorage=10,
            MasterUsername="u", MasterUserPassword="password", Tags=listed,
        )  # fmt: skip
        tables.create_table(
            TableName=name, KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}], Tags=listed,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        )  # fmt: skip
    account.may(
        {"Action": "s3:ListBucket", "Condition": {"StringEquals": {"aws:ResourceTag/team": "ada"}}},
        {"Action": "s3:GetObject", "Condition": {"StringEquals": {"s3:ExistingObjectTag/team": "ada"}}},
        {"Action": "rds:RebootDBInstance", "Condition": {"StringEquals": {"rds:db-tag/team": "ada"}}},
        {"Action": "dynamodb:PutItem", "Condition": {"StringEquals": {"aws:ResourceTag/team": "ada"}}},
    )
    mine = account.as_ada("s3")
    mine.list_objects_v2(Bucket="tagged")
    mine.get_object(Bucket="tagged", Key="mine")
    denied(mine.get_object, Bucket="tagged", Key="another")
    account.as_ada("rds").reboot_db_instance(DBInstanceIdentifier="mine")
    denied(account.as_ada("rds").reboot_db_instance, DBInstanceIdentifier="another")
    account.as_ada("dynamodb").put_item(TableName="mine", Item={"k": {"S": "a"}})
    denied(account.as_ada("dynamodb").put_item, TableName="another", Item={"k": {"S": "a"}})


def test_roles_and_users_are_known_by_their_whole_path(account: Account) -> None:
    root, iam = account.client("iam"), account.as_ada("iam")
    trust = policy(
        {"Effect": "Allow", "Principal": {"Service": "a.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    for path in ("/team/", "/others/"):
        name = path.strip("/")
        root.create_role(RoleName=f"{name}-role", Path=path, AssumeRolePolicyDocument=trust)
        root.create_user(UserName=f"{name}-user", Path=path, Tags=[{"Key": "team", "Value": name}])
    account.may(
        {"Action": ["iam:GetRole", "iam:CreateRole"], "Resource": f"arn:aws:iam::{ACCOUNT}:role/team/*"},
        {"Action": "iam:GetUser", "Condition": {"StringEquals": {"iam:ResourceTag/team": "team"}}},
    )
    iam.get_role(RoleName="team-role")
    message = denied(iam.get_role, RoleName="others-role")
    assert f"on resource: arn:aws:iam::{ACCOUNT}:role/others/others-role because" in message
    iam.create_role(RoleName="new", Path="/team/", AssumeRolePolicyDocument=trust)
    denied(iam.create_role, RoleName="newer", AssumeRolePolicyDocument=trust)
    iam.get_user(UserName="team-user")
    denied(iam.get_user, UserName="others-user")


@pytest.fixture(scope="module")
def other(account: Account) -> Account:
    """Another account, whose `ada` may do everything as far as that account is concerned."""
    other = Account(account.server, "444455556666", "us-east-1")
    other.may({"Action": "*"})
    return other


ADA = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ada"}
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_a_key_is_used_by_whom_its_policy_lets(account: Account) -> None:
    """IAM's policies count as long as the key's leaves it to the account, which the default one does."""
    root, kms = account.client("kms"), account.as_ada("kms")
    key = root.create_key()["KeyMetadata"]["KeyId"]
    root.create_alias(AliasName="alias/k", TargetKeyId=key)
    account.may({"Action": "sqs:*"})
    denied(kms.encrypt, KeyId=key, Plaintext=b"x")
    account.may({"Action": "kms:Encrypt", "Resource": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key}"})
    kms.encrypt(KeyId=key, Plaintext=b"x")
    kms.encrypt(KeyId="alias/k", Plaintext=b"x")
    admin = {"Sid": "a", "Effect": "Allow", "Principal": ROOT, "Action": "kms:*KeyPolicy", "Resource": "*"}
    root.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(admin))
    message = denied(kms.encrypt, KeyId=key, Plaintext=b"x")
    assert message.endswith("because no resource-based policy allows the kms:Encrypt action")
    denied(root.encrypt, KeyId=key, Plaintext=b"x")
    user = {"Effect": "Allow", "Principal": ADA, "Action": "kms:Decrypt", "Resource": "*"}
    root.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(admin, user | {"Action": "kms:E*"}))
    account.may({"Action": "sqs:*"})
    kms.encrypt(KeyId=key, Plaintext=b"x")


def test_a_secret_lets_in_another_account(account: Account, other: Account) -> None:
    root, theirs = account.client("secretsmanager"), other.as_ada("secretsmanager")
    arn = root.create_secret(Name="db", SecretString="hidden")["ARN"]
    denied(theirs.get_secret_value, SecretId=arn)
    reading = {"Effect": "Allow", "Principal": {"AWS": other.account}, "Resource": "*"}
    document = policy(reading | {"Action": "secretsmanager:GetSecretValue"})
    root.put_resource_policy(SecretId="db", ResourcePolicy=document)
    assert theirs.get_secret_value(SecretId=arn)["SecretString"] == "hidden"
    denied(theirs.delete_secret, SecretId=arn)
    account.may({"Action": "secretsmanager:GetSecretValue", "Resource": f"{arn[:-6]}??????"})
    account.as_ada("secretsmanager").get_secret_value(SecretId="db")
    no = {"Effect": "Deny", "Principal": ADA, "Action": "secretsmanager:*", "Resource": "*"}
    root.put_resource_policy(SecretId="db", ResourcePolicy=policy(no))
    message = denied(account.as_ada("secretsmanager").get_secret_value, SecretId="db")
    assert message.endswith("with an explicit deny in a resource-based policy")


def test_a_repository_lets_in(account: Account, other: Account) -> None:
    root = account.client("ecr")
    root.create_repository(repositoryName="app")
    account.may({"Action": "sqs:*"})
    denied(account.as_ada("ecr").list_images, repositoryName="app")
    pulling = {"Effect": "Allow", "Principal": ADA, "Action": ["ecr:BatchGetImage", "ecr:ListImages"]}
    everyone = {"Effect": "Allow", "Principal": {"AWS": other.account}, "Action": "ecr:ListImages"}
    root.set_repository_policy(repositoryName="app", policyText=policy(pulling, everyone))
    account.as_ada("ecr").list_images(repositoryName="app")
    denied(account.as_ada("ecr").delete_repository, repositoryName="app")
    other.as_ada("ecr").list_images(repositoryName="app", registryId=ACCOUNT)
    root.delete_repository_policy(repositoryName="app")
    denied(account.as_ada("ecr").list_images, repositoryName="app")


def test_a_table_lets_in_another_account(account: Account, other: Account) -> None:
    root = account.client("dynamodb")
    arn = root.create_table(
        TableName="shared", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
    )["TableDescription"]["TableArn"]  # fmt: skip
    theirs = other.as_ada("dynamodb")
    denied(theirs.put_item, TableName=arn, Item={"k": {"S": "a"}})
    writing = {"Effect": "Allow", "Principal": {"AWS": other.account}, "Resource": arn}
    root.put_resource_policy(ResourceArn=arn, Policy=policy(writing | {"Action": "dynamodb:PutItem"}))
    theirs.put_item(TableName=arn, Item={"k": {"S": "a"}})
    assert root.get_item(TableName="shared", Key={"k": {"S": "a"}})["Item"] == {"k": {"S": "a"}}
    denied(theirs.get_item, TableName=arn, Key={"k": {"S": "a"}})


def test_tags_of_groups(account: Account) -> None:
    root = account.client("autoscaling")
    image = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    root.create_launch_configuration(LaunchConfigurationName="c", **image)
    for name in ("ada", "bob"):
        root.create_auto_scaling_group(
            AutoScalingGroupName=f"of-{name}",
            LaunchConfigurationName="c",
            MinSize=0,
            MaxSize=1,
            AvailabilityZones=["us-east-1a"],
            Tags=[{"Key": "team", "Value": name}],
        )
    tagged = {"StringEquals": {"autoscaling:ResourceTag/team": "${aws:username}"}}
    account.may({"Action": "autoscaling:SetDesiredCapacity", "Condition": tagged})
    mine = account.as_ada("autoscaling")
    mine.set_desired_capacity(AutoScalingGroupName="of-ada", DesiredCapacity=0)
    denied(mine.set_desired_capacity, AutoScalingGroupName="of-bob", DesiredCapacity=0)


def test_an_audit_goes_on_and_notes() -> None:
    """What enforcing would deny of buckets, keys, tags and roles behind names."""
    with start("--memory") as server:
        account = Account(server, ACCOUNT, "us-east-1")
        account.may(
            {"Action": "ec2:StopInstances", "Condition": {"StringEquals": {"ec2:ResourceTag/team": "ada"}}},
            {"Action": ["ec2:RunInstances", "cloudtrail:CreateTrail"]},
        )
        s3, iam, kms = (account.client(name) for name in ("s3", "iam", "kms"))
        s3.create_bucket(Bucket="kept")
        key = kms.create_key()["KeyMetadata"]["Arn"]
        role = account.role("machine", "ec2.amazonaws.com", ["s3:GetObject"])
        iam.create_instance_profile(InstanceProfileName="machines")
        iam.add_role_to_instance_profile(InstanceProfileName="machines", RoleName="machine")
        account.as_ada("s3").put_object(Bucket="kept", Key="k", Body=b"x")
        account.as_ada("kms").encrypt(KeyId=key, Plaintext=b"x")
        instance = run(account.as_ada("ec2"), IamInstanceProfile={"Name": "machines"})
        account.as_ada("ec2").stop_instances(InstanceIds=[instance])
        account.as_ada("cloudtrail").create_trail(Name="audit", S3BucketName="kept")
        noted = [(each["action"], each["resource"]) for each in server.get("iam/denied")["denied"]]
    assert set(noted) == {
        ("s3:PutObject", "arn:aws:s3:::kept/k"),
        ("kms:Encrypt", key),
        ("iam:PassRole", role),
        ("ec2:StopInstances", f"{EC2}:instance/{instance}"),
        ("s3:GetBucketAcl", "arn:aws:s3:::kept"),
        ("s3:PutObject", f"arn:aws:s3:::kept/AWSLogs/{ACCOUNT}/*"),
    }
