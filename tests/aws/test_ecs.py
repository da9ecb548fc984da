"""ECS from outside: instances that register later, tasks and their states, services that keep theirs."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import botocore.exceptions
import pytest
from tests.aws.conftest import Client

from windsock.testing import Server

USER_DATA = "#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
APP = {"name": "app", "image": "nginx", "cpu": 512, "memory": 1024}


class Ecs:
    """An account with a cluster `web`, a task definition `app`, and a queue that is told what ECS says."""

    def __init__(self, account: str, client: Client, windsock: Server) -> None:
        self.account, self.windsock = account, windsock
        self.api, self.ec2, self.sqs = (client(service, account) for service in ("ecs", "ec2", "sqs"))
        iam, events = client("iam", account), client("events", account)
        iam.create_role(RoleName="node", AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.create_instance_profile(InstanceProfileName="node")
        iam.add_role_to_instance_profile(InstanceProfileName="node", RoleName="node")
        self.queue = self.sqs.create_queue(QueueName="events")["QueueUrl"]
        events.put_rule(Name="ecs", EventPattern=json.dumps({"source": ["aws.ecs"]}))
        arn = f"arn:aws:sqs:us-east-1:{account}:events"
        events.put_targets(Rule="ecs", Targets=[{"Id": "queue", "Arn": arn}])
        self.api.create_cluster(clusterName="web")
        self.define(APP)

    def define(self, container: Mapping[str, Any], **settings: Any) -> None:
        """A revision of the task definition `app`."""
        self.api.register_task_definition(family="app", containerDefinitions=[container], **settings)

    def launch(self, number: int = 1, **settings: Any) -> list[str]:
        """Start instances whose agents register in the cluster; their ids, once they have."""
        asked = {
            "ImageId": "ami-12345678",
            "InstanceType": "t2.medium",
            "MinCount": number,
            "MaxCount": number,
            "IamInstanceProfile": {"Name": "node"},
            "UserData": USER_DATA,
            **settings,
        }
        launched = self.ec2.run_instances(**asked)["Instances"]
        self.windsock.advance(60)
        return [each["InstanceId"] for each in launched]

    def instances(self, cluster: str = "web") -> list[dict[str, Any]]:
        """The container instances of a cluster."""
        arns = self.api.list_container_instances(cluster=cluster)["containerInstanceArns"]
        if not arns:
            return []
        described: list[dict[str, Any]] = self.api.describe_container_instances(
            cluster=cluster, containerInstances=arns
        )["containerInstances"]
        return described

    def counts(self) -> tuple[int, int, int]:
        """How many instances, running and pending tasks the cluster tells of."""
        (cluster,) = self.api.describe_clusters(clusters=["web"])["clusters"]
        names = ("registeredContainerInstancesCount", "runningTasksCount", "pendingTasksCount")
        return tuple(cluster[name] for name in names)

    def told(self, detail_type: str = "") -> list[dict[str, Any]]:
        """The events since last time, of that type."""
        self.windsock.settle()
        found = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
        return [each for each in found if detail_type in ("", each["detail-type"])]

    def states(self) -> list[tuple[str, str]]:
        """The states tasks were in and were to be in since last time."""
        told = [each["detail"] for each in self.told("ECS Task State Change")]
        return [(each["lastStatus"], each["desiredStatus"]) for each in told]


def remaining(instance: Mapping[str, Any], kind: str = "remainingResources") -> dict[str, Any]:
    """What is left on an instance, or what it registered with."""
    return {
        each["name"]: each["stringSetValue"] if each["type"] == "STRINGSET" else each["integerValue"]
        for each in instance[kind]
    }


def test_an_instance_registers_some_time_after_it_runs(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000001", client, windsock)
    launched = ecs.ec2.run_instances(
        ImageId="ami-12345678",
        InstanceType="m3.large",
        MinCount=1,
        MaxCount=1,
        IamInstanceProfile={"Name": "node"},
        UserData=USER_DATA,
    )["Instances"][0]["InstanceId"]
    windsock.advance(10)
    assert ecs.counts() == (0, 0, 0)
    windsock.advance(30)
    assert ecs.counts() == (1, 0, 0)
    (instance,) = ecs.instances()
    assert instance["containerInstanceArn"].startswith(
        "arn:aws:ecs:us-east-1:741400000001:container-instance/web/"
    )
    assert (instance["ec2InstanceId"], instance["status"]) == (launched, "ACTIVE")
    assert instance["agentConnected"]
    assert set(instance["versionInfo"]) == {"agentVersion", "agentHash", "dockerVersion"}
    assert remaining(instance) == remaining(instance, "registeredResources")
    assert remaining(instance)["CPU"] == 2048
    assert 7000 < remaining(instance)["MEMORY"] < 7680
    assert remaining(instance)["PORTS"] == ["22", "2376", "2375", "51678", "51679"]
    attributes = {each["name"]: each.get("value") for each in instance["attributes"]}
    assert attributes["ecs.instance-type"] == "m3.large"
    assert attributes["ecs.availability-zone"] == "us-east-1a"
    assert attributes["ecs.ami-id"] == "ami-12345678"
    assert attributes["ecs.os-type"] == "linux"
    assert attributes["com.amazonaws.ecs.capability.logging-driver.awslogs"] is None

    (call,) = client("cloudtrail", "741400000001").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RegisterContainerInstance"}]
    )["Events"]
    record = json.loads(call["CloudTrailEvent"])
    caller = record["userIdentity"]
    assert caller["arn"] == f"arn:aws:sts::741400000001:assumed-role/node/{launched}"
    assert caller["principalId"].endswith(f":{launched}")
    assert record["requestParameters"]["cluster"] == "web"
    assert record["userAgent"].startswith("Amazon ECS Agent")


@pytest.mark.parametrize(
    ("account", "settings", "cluster"),
    [
        ("741400000011", {"UserData": ""}, None),
        ("741400000012", {"IamInstanceProfile": {}}, None),
        ("741400000013", {"UserData": "", "ImageId": "{ecs}"}, "default"),
        ("741400000014", {"UserData": "", "ImageId": "{ecs}", "IamInstanceProfile": {}}, None),
        ("741400000015", {"UserData": "", "LaunchTemplate": {"LaunchTemplateName": "node"}}, "web"),
    ],
    ids=["nothing-said", "no-profile", "image-for-ecs", "image-without-profile", "launch-template"],
)
def test_which_instances_register(
    client: Client, windsock: Server, account: str, settings: dict[str, Any], cluster: str | None
) -> None:
    ecs = Ecs(account, client, windsock)
    image = client("ssm", account).get_parameter(
        Name="/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id"
    )["Parameter"]["Value"]
    ecs.ec2.create_launch_template(
        LaunchTemplateName="node",
        LaunchTemplateData={
            "UserData": base64.b64encode(USER_DATA.encode()).decode(),
            "IamInstanceProfile": {"Name": "node"},
        },
    )
    asked = {**settings, "ImageId": settings.get("ImageId", "ami-12345678").replace("{ecs}", image)}
    if "LaunchTemplate" in asked:
        del asked["UserData"]
        asked["IamInstanceProfile"] = {}
    launched = ecs.launch(**asked)
    found = {
        name: [each["ec2InstanceId"] for each in ecs.instances(name)]
        for name in [arn.rpartition("/")[2] for arn in ecs.api.list_clusters()["clusterArns"]]
    }
    assert found == {"web": [], **({cluster: launched} if cluster else {})}


def test_instances_of_groups_and_fleets_register(client: Client, windsock: Server) -> None:
    account = "741400000021"
    ecs = Ecs(account, client, windsock)
    autoscaling = client("autoscaling", account)
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="node",
        ImageId="ami-12345678",
        InstanceType="t2.medium",
        IamInstanceProfile="node",
        UserData=USER_DATA,
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="nodes",
        LaunchConfigurationName="node",
        MinSize=2,
        MaxSize=2,
        AvailabilityZones=["us-east-1a"],
    )
    windsock.advance(60)
    assert ecs.counts() == (2, 0, 0)
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName="nodes", ForceDelete=True)
    windsock.advance(60)
    assert ecs.counts() == (0, 0, 0)


def test_an_instance_that_stops_is_disconnected_and_one_that_ends_is_deregistered(
    client: Client, windsock: Server
) -> None:
    ecs = Ecs("741400000031", client, windsock)
    launched = ecs.launch()
    ecs.api.run_task(cluster="web", taskDefinition="app")
    windsock.advance(30)
    (before,) = ecs.instances()
    ecs.told()
    ecs.ec2.stop_instances(InstanceIds=launched)
    windsock.advance(30)
    (stopped,) = ecs.instances()
    assert (stopped["agentConnected"], stopped["status"]) == (False, "ACTIVE")
    assert ecs.counts() == (1, 0, 0)
    told = ecs.told()
    (task,) = [each["detail"] for each in told if each["detail-type"] == "ECS Task State Change"]
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "TerminationNotice")
    assert task["stoppedReason"] == f"Host EC2 (instance {launched[0]}) stopped."
    failed = ecs.api.run_task(cluster="web", taskDefinition="app")
    assert failed["tasks"] == []
    assert failed["failures"] == [{"arn": stopped["containerInstanceArn"], "reason": "AGENT"}]

    ecs.ec2.start_instances(InstanceIds=launched)
    windsock.advance(60)
    (again,) = ecs.instances()
    assert (again["agentConnected"], again["containerInstanceArn"]) == (True, before["containerInstanceArn"])
    ecs.told()
    ecs.ec2.terminate_instances(InstanceIds=launched)
    windsock.advance(30)
    assert ecs.instances() == []
    (gone,) = ecs.api.describe_container_instances(
        cluster="web", containerInstances=[before["containerInstanceArn"]]
    )["containerInstances"]
    assert (gone["status"], gone["agentConnected"]) == ("INACTIVE", False)
    versions = [each["detail"]["version"] for each in ecs.told("ECS Container Instance State Change")]
    assert versions == sorted(set(versions))


def test_what_is_said_of_a_task_on_its_way(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000041", client, windsock)
    ecs.launch()
    ecs.told()
    ran = ecs.api.run_task(
        cluster="web",
        taskDefinition="app",
        startedBy="somebody",
        tags=[{"key": "team", "value": "blue"}],
        overrides={"containerOverrides": [{"name": "app", "command": ["sleep", "1"]}]},
        clientToken="once",
    )
    assert ran["failures"] == []
    (task,) = ran["tasks"]
    assert (task["lastStatus"], task["desiredStatus"]) == ("PENDING", "RUNNING")
    assert task["startedBy"] == "somebody"
    assert task["overrides"]["containerOverrides"] == [{"name": "app", "command": ["sleep", "1"]}]
    assert remaining(ecs.instances()[0])["CPU"] == 2048 - 512
    repeated = ecs.api.run_task(cluster="web", taskDefinition="app", clientToken="once")["tasks"]
    assert [each["taskArn"] for each in repeated] == [task["taskArn"]]
    windsock.advance(60 * 60)
    assert ecs.counts() == (1, 1, 0)
    assert ecs.states() == [("PENDING", "RUNNING"), ("RUNNING", "RUNNING")]
    described = ecs.api.describe_tasks(cluster="web", tasks=[task["taskArn"]], include=["TAGS"])["tasks"][0]
    assert described["tags"] == [{"key": "team", "value": "blue"}]
    assert described["containers"][0]["lastStatus"] == "RUNNING"
    assert ecs.api.list_tasks(cluster="web", startedBy="somebody")["taskArns"] == [task["taskArn"]]

    ecs.api.stop_task(cluster="web", task=task["taskArn"], reason="enough")
    windsock.advance(60)
    assert ecs.states() == [("RUNNING", "STOPPED"), ("STOPPING", "STOPPED"), ("STOPPED", "STOPPED")]
    (stopped,) = ecs.api.describe_tasks(cluster="web", tasks=[task["taskArn"]])["tasks"]
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "enough")
    assert "exitCode" not in stopped["containers"][0]  # no process ran
    assert ecs.api.list_tasks(cluster="web")["taskArns"] == []
    assert ecs.api.list_tasks(cluster="web", desiredStatus="STOPPED")["taskArns"] == [task["taskArn"]]
    assert remaining(ecs.instances()[0])["CPU"] == 2048
    windsock.advance(2 * 60 * 60)
    ecs.api.run_task(cluster="web", taskDefinition="app")
    failures = ecs.api.describe_tasks(cluster="web", tasks=[task["taskArn"]])["failures"]
    assert failures == [{"arn": task["taskArn"], "reason": "MISSING"}]


def test_on_fargate_no_instance_is_needed(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000051", client, windsock)
    subnet = ecs.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ecs.define(
        {"name": "app", "image": "nginx"},
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
    )
    network = {"awsvpcConfiguration": {"subnets": [subnet]}}
    asked = {"cluster": "web", "taskDefinition": "app", "launchType": "FARGATE"}
    with pytest.raises(botocore.exceptions.ClientError, match="Network Configuration must be provided"):
        ecs.api.run_task(**asked)
    (task,) = ecs.api.run_task(**asked, networkConfiguration=network)["tasks"]
    windsock.advance(60)
    (running,) = ecs.api.describe_tasks(cluster="web", tasks=[task["taskArn"]])["tasks"]
    assert (running["lastStatus"], running["launchType"]) == ("RUNNING", "FARGATE")
    assert (running["cpu"], running["memory"], running["platformVersion"]) == ("256", "512", "1.4.0")
    ecs.api.stop_task(cluster="web", task=task["taskArn"])
    windsock.advance(60)
    assert [last for last, _ in ecs.states()] == [
        *("PROVISIONING", "PENDING", "RUNNING"),
        *("RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"),
    ]
    interfaces = ecs.ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert interfaces == []


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ({"cluster": "none"}, "ClusterNotFoundException", "Cluster not found."),
        ({"taskDefinition": "none"}, "ClientException", "TaskDefinition not found."),
        ({"count": 11}, "InvalidParameterException", "Count must be between 1 and 10."),
        ({}, "InvalidParameterException", "No Container Instances were found in your cluster."),
        (
            {"launchType": "FARGATE"},
            "InvalidParameterException",
            "Task definition does not support launch_type FARGATE.",
        ),
        (
            {"overrides": {"containerOverrides": [{"name": "other"}]}},
            "InvalidParameterException",
            "Override for container named other is not a container in the TaskDefinition.",
        ),
    ],
)
def test_what_run_task_refuses(
    client: Client, windsock: Server, settings: dict[str, Any], code: str, message: str
) -> None:
    api = client("ecs", "741400000061")
    api.create_cluster(clusterName="web")
    api.register_task_definition(family="app", containerDefinitions=[APP])
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        api.run_task(**{"cluster": "web", "taskDefinition": "app", **settings})
    error = refused.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, message)


def test_what_does_not_fit_is_not_placed(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000071", client, windsock)
    ecs.launch(2)
    arns = [each["containerInstanceArn"] for each in ecs.instances()]
    ran = ecs.api.run_task(cluster="web", taskDefinition="app", count=10)
    # 3973 MiB of each instance take three tasks of 1024 MiB.
    assert len(ran["tasks"]) == 6
    assert sorted(each["arn"] for each in ran["failures"]) == sorted(arns)
    assert {each["reason"] for each in ran["failures"]} == {"RESOURCE:MEMORY"}
    on = [each["containerInstanceArn"] for each in ran["tasks"]]
    assert sorted(on) == sorted(arns * 3)

    ecs.define(
        {
            "name": "app",
            "image": "nginx",
            "memory": 64,
            "portMappings": [{"containerPort": 80, "hostPort": 80}],
        }
    )
    ran = ecs.api.run_task(cluster="web", taskDefinition="app", count=3)
    assert len(ran["tasks"]) == 2
    assert {each["reason"] for each in ran["failures"]} == {"RESOURCE:PORTS"}
    windsock.advance(30)
    (described,) = ecs.api.describe_tasks(cluster="web", tasks=[ran["tasks"][0]["taskArn"]])["tasks"]
    (binding,) = described["containers"][0]["networkBindings"]
    assert (binding["hostPort"], binding["containerPort"]) == (80, 80)


def test_where_tasks_are_placed(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000081", client, windsock)
    ecs.launch(3)
    ran = ecs.api.run_task(
        cluster="web",
        taskDefinition="app",
        count=3,
        placementStrategy=[{"type": "binpack", "field": "memory"}],
    )
    assert len({each["containerInstanceArn"] for each in ran["tasks"]}) == 1
    distinct = ecs.api.run_task(
        cluster="web",
        taskDefinition="app",
        count=4,
        group="one-each",
        placementConstraints=[{"type": "distinctInstance"}],
    )
    assert len(distinct["tasks"]) == 2  # the third instance is full
    assert len({each["containerInstanceArn"] for each in distinct["tasks"]}) == 2


def test_a_query_says_which_instances_are_meant(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000082", client, windsock)
    (windows,) = ecs.launch(InstanceType="m4.large")
    ecs.launch()
    by_type = {each["ec2InstanceId"]: each["containerInstanceArn"] for each in ecs.instances()}
    ecs.api.put_attributes(
        cluster="web",
        attributes=[
            {"name": "ecs.os-type", "value": "windows", "targetId": by_type[windows]},
            {"name": "team", "value": "blue", "targetId": by_type[windows]},
        ],
    )
    listed = ecs.api.list_container_instances(cluster="web", filter="attribute:team == blue")
    assert listed["containerInstanceArns"] == [by_type[windows]]
    for expression, failed in (
        ("attribute:ecs.os-type == windows", False),
        ("attribute:ecs.instance-type =~ m4.* and not(task:group == other)", False),
        ("attribute:team not_exists and task:group == other", True),
    ):
        constraint = {"type": "memberOf", "expression": expression}
        ran = ecs.api.run_task(cluster="web", taskDefinition="app", placementConstraints=[constraint])
        assert [each["containerInstanceArn"] for each in ran["tasks"]] == (
            [] if failed else [by_type[windows]]
        )
        assert {each["reason"] for each in ran["failures"]} == (
            {"MemberOf placement constraint unsatisfied."} if failed else set()
        )
    with pytest.raises(botocore.exceptions.ClientError, match="Invalid expression"):
        ecs.api.list_container_instances(cluster="web", filter="team == blue")


def test_a_service_has_its_tasks(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000091", client, windsock)
    made = ecs.api.create_service(cluster="web", serviceName="site", taskDefinition="app", desiredCount=2)
    arn = made["service"]["serviceArn"]
    assert made["service"]["runningCount"] == 0
    (began, short) = ecs.told()
    assert began["detail-type"] == "ECS Deployment State Change"
    assert began["resources"] == short["resources"] == [arn]
    assert began["detail"]["eventName"] == "SERVICE_DEPLOYMENT_IN_PROGRESS"
    assert short["detail"]["eventName"] == "SERVICE_TASK_PLACEMENT_FAILURE"
    ecs.launch(2)
    assert ecs.counts() == (2, 2, 0)
    actions = [each["detail"].get("eventName") for each in ecs.told()]
    assert [each for each in actions if each] == ["SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_STEADY_STATE"]
    tasks = ecs.api.list_tasks(cluster="web", serviceName="site")["taskArns"]
    described = ecs.api.describe_tasks(cluster="web", tasks=tasks)["tasks"]
    (deployment,) = ecs.api.describe_services(cluster="web", services=["site"])["services"][0]["deployments"]
    assert {(each["group"], each["startedBy"]) for each in described} == {("service:site", deployment["id"])}

    ecs.api.deregister_task_definition(taskDefinition="app:1")  # which services go on with
    ecs.api.stop_task(cluster="web", task=tasks[0])
    windsock.advance(60)
    replaced = ecs.api.list_tasks(cluster="web", serviceName="site")["taskArns"]
    assert len(replaced) == 2
    assert tasks[0] not in replaced

    ecs.define({**APP, "cpu": 256})
    ecs.api.update_service(cluster="web", service="site", taskDefinition="app")
    windsock.advance(120)
    rolled = ecs.api.describe_tasks(
        cluster="web", tasks=ecs.api.list_tasks(cluster="web", serviceName="site")["taskArns"]
    )["tasks"]
    assert [each["taskDefinitionArn"].rpartition(":")[2] for each in rolled] == ["2", "2"]
    assert len(ecs.api.describe_services(cluster="web", services=["site"])["services"][0]["deployments"]) == 1

    ecs.api.update_service(cluster="web", service="site", desiredCount=0)
    windsock.advance(60)
    assert ecs.counts() == (2, 0, 0)
    ecs.api.delete_service(cluster="web", service="site")


def test_draining_moves_the_tasks_of_services(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000101", client, windsock)
    ecs.launch(2)
    ecs.api.create_service(cluster="web", serviceName="site", taskDefinition="app", desiredCount=2)
    windsock.advance(60)
    drained, other = ecs.instances()
    answer = ecs.api.update_container_instances_state(
        cluster="web", containerInstances=[drained["containerInstanceArn"]], status="DRAINING"
    )
    assert [each["status"] for each in answer["containerInstances"]] == ["DRAINING"]
    windsock.advance(60)
    by_arn = {each["containerInstanceArn"]: each for each in ecs.instances()}
    assert by_arn[drained["containerInstanceArn"]]["runningTasksCount"] == 0
    assert by_arn[other["containerInstanceArn"]]["runningTasksCount"] == 2
    ran = ecs.api.run_task(cluster="web", taskDefinition="app")
    assert [each["containerInstanceArn"] for each in ran["tasks"]] == [other["containerInstanceArn"]]


def test_a_daemon_is_on_each_instance(client: Client, windsock: Server) -> None:
    ecs = Ecs("741400000111", client, windsock)
    ecs.launch(2)
    ecs.api.create_service(
        cluster="web", serviceName="logs", taskDefinition="app", schedulingStrategy="DAEMON"
    )
    windsock.advance(30)
    assert ecs.counts() == (2, 2, 0)
    ecs.launch(1)
    assert ecs.counts() == (3, 3, 0)
    assert [each["runningTasksCount"] for each in ecs.instances()] == [1, 1, 1]
