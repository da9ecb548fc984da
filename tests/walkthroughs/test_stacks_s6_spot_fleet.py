"""S6 by CloudFormation: a cluster whose instances a Spot Fleet starts, and tasks that a rule runs there.

The template has the shape of the article's: numbers as texts, dates that YAML reads as such, three subnets
joined by commas, a script in a folded text. IAM is enforced: the instances register by their own role.
"""

from __future__ import annotations

import base64

from tests.servers import start
from tests.walkthroughs.accounts import EnforcedAccount
from tests.walkthroughs.stacks import Stacks

ACCOUNT, REGION, STACK = "123456789012", "us-west-2", "test-cwe-blog"
TEMPLATE = "s6_spot_fleet.yaml"


def test_the_article() -> None:
    with start("--memory", "--clock", "virtual:2017-08-01T12:00:00Z", "--iam", "enforce") as server:
        account = EnforcedAccount(server, ACCOUNT, REGION)
        stacks = Stacks(server, account.client("cloudformation"))
        ec2, ecs, events = (account.client(name) for name in ("ec2", "ecs", "events"))
        ec2.create_key_pair(KeyName="key")
        subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]]
        parameters = {
            "keyName": "key",
            "network": ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
            **{f"Subnet{letter}": subnet for letter, subnet in zip("ABC", subnets, strict=False)},
        }
        outputs = stacks.create(STACK, TEMPLATE, **parameters)
        repository = stacks.physical_ids(STACK)["Images"]
        assert repository.startswith(f"{STACK}-images-")
        assert outputs["Repository"] == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{repository}"
        server.advance(300)
        ((instance,),) = (each["Instances"] for each in ec2.describe_instances()["Reservations"])
        assert instance["SubnetId"] in subnets[:3]
        described = ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute="userData")
        script = base64.b64decode(described["UserData"]["Value"]).decode()
        assert script.startswith(
            f"#!/bin/bash -xe\necho ECS_CLUSTER={outputs['Cluster']} >> /etc/ecs/ecs.config\n"
        )
        assert '| tr -d \\\\\\")\n' in script

        names = stacks.physical_ids(STACK)
        events.put_rule(Name="ship", ScheduleExpression="rate(15 minutes)")
        cluster = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{outputs['Cluster']}"
        target = {
            "Id": "1",
            "Arn": cluster,
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{names['RuleRole']}",
            "EcsParameters": {"TaskDefinitionArn": names["TaskDefinition"]},
        }
        assert events.put_targets(Rule="ship", Targets=[target])["FailedEntries"] == []
        server.advance(16 * 60)
        (described,) = ecs.describe_clusters(clusters=[cluster])["clusters"]
        assert (described["registeredContainerInstancesCount"], described["runningTasksCount"]) == (1, 1)

        changed = stacks.update(STACK, TEMPLATE, **parameters, clusterCapacity="2")
        server.advance(300)
        (request,) = ec2.describe_spot_fleet_requests(SpotFleetRequestIds=[changed["Fleet"]])[
            "SpotFleetRequestConfigs"
        ]
        assert request["SpotFleetRequestConfig"]["TargetCapacity"] == 2

        stacks.delete(STACK)
        server.advance(300)
        states = {
            each["State"]["Name"]
            for reservation in ec2.describe_instances()["Reservations"]
            for each in reservation["Instances"]
        }
        assert states == {"terminated"}
        (described,) = ecs.describe_clusters(clusters=[cluster])["clusters"]
        assert (described["status"], described["registeredContainerInstancesCount"]) == ("INACTIVE", 0)
