"""Calls that make no sense are the caller's fault: missing members, and names of what is not there."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.nonsense import nonsense

from windsock.engine.calls import Caller
from windsock.kernel.errors import AwsError
from windsock.kernel.models import operation_model
from windsock.kernel.scope import Scope
from windsock.simulation.backend.answering import moto_operations

# Those that the walkthroughs and their neighbours need.
SERVICES = [
    *(
        "athena",
        "autoscaling",
        "directconnect",
        "dms",
        "dynamodb",
        "dynamodbstreams",
        "ec2",
        "ecr",
        "ecs",
        "efs",
    ),
    *(
        "elasticache",
        "elasticbeanstalk",
        "elb",
        "elbv2",
        "firehose",
        "glacier",
        "glue",
        "kinesis",
        "kms",
        "rds",
    ),
    *("redshift", "route53", "s3", "secretsmanager", "ssm"),
]


@pytest.mark.parametrize("service", SERVICES)
async def test_no_operation_breaks_on_nonsense(driver: Driver, service: str) -> None:
    broken = []
    caller, scope = Caller.root("000000000000"), Scope("000000000000", "us-east-1")
    for operation in sorted(moto_operations()[service]):
        for params in ({}, nonsense(operation_model(service, operation).input_shape)):
            try:
                await driver.engine.call(service, operation, params, caller=caller, scope=scope)
            except AwsError as error:
                if error.status >= 500 and error.status != 501:
                    broken.append(f"{operation} {'filled' if params else 'empty'}: {error.message}")
    assert broken == []


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        (
            "autoscaling",
            "TerminateInstanceInAutoScalingGroup",
            {"ShouldDecrementDesiredCapacity": False},
            "ValidationError",
        ),
        ("autoscaling", "PutWarmPool", {"AutoScalingGroupName": "no"}, "ValidationError"),
        ("ec2", "CreateImage", {}, "MissingParameter"),
        ("ec2", "DeleteNatGateway", {"NatGatewayId": "nat-1"}, "InvalidNatGatewayID.NotFound"),
        ("ec2", "DeleteTransitGateway", {"TransitGatewayId": "tgw-1"}, "InvalidTransitGatewayID.NotFound"),
        ("ecs", "RegisterTaskDefinition", {}, "InvalidParameterException"),
        (
            "elb",
            "DeleteLoadBalancerListeners",
            {"LoadBalancerName": "no", "LoadBalancerPorts": [80]},
            "LoadBalancerNotFound",
        ),
        ("dynamodb", "ExecuteStatement", {"Statement": "no"}, "ValidationException"),
        ("ecr", "DescribeImages", {"repositoryName": "nothing"}, "RepositoryNotFoundException"),
        ("emr", "ListSteps", {"ClusterId": "j-1"}, "InvalidRequestException"),
        ("kms", "ListGrants", {"KeyId": "nothing"}, "NotFoundException"),
        ("rds", "DeleteDBProxy", {"DBProxyName": "no"}, "DBProxyNotFoundFault"),
        (
            "redshift",
            "EnableSnapshotCopy",
            {"ClusterIdentifier": "no", "DestinationRegion": "eu-west-1"},
            "ClusterNotFound",
        ),
        ("s3", "PutBucketVersioning", {"Bucket": "no"}, "MalformedXML"),
    ],
)
async def test_the_error_is_the_documented_one(
    driver: Driver, service: str, operation: str, params: dict[str, Any], code: str
) -> None:
    with pytest.raises(AwsError) as refused:
        await driver(service, operation, **params)
    assert (refused.value.code, refused.value.fault) == (code, "client")
