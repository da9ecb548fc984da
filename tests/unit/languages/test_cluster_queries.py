"""Cluster queries: the examples of the page, and what else it says.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from __future__ import annotations

import pytest

from windsock.languages.cluster_queries import InvalidQuery, parse

INSTANCE = {
    "agentConnected": ["true"],
    "agentVersion": ["1.14.4"],
    "attribute:ecs.instance-type": ["g2.2xlarge"],
    "attribute:ecs.availability-zone": ["us-east-1a"],
    "attribute:stack": ["prod"],
    "ec2InstanceId": ["i-abcd1234"],
    "registeredAt": ["2018-01-31T10:00:00+00:00"],
    "runningTasksCount": ["1"],
    "task:group": ["service:production", "family:job"],
}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("attribute:ecs.instance-type == t2.small", False),
        ("attribute:ecs.instance-type equals g2.2xlarge", True),
        ("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", True),
        ("attribute:ecs.availability-zone !in [us-east-1a, us-east-1b]", False),
        ("attribute:ecs.availability-zone not_in [us-east-1c]", True),
        ("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d", True),
        ("attribute:ecs.instance-type !~ g2.*", False),
        ("task:group == service:production", True),
        ("task:group == family:job", True),
        ("not(task:group == database)", True),
        ("!(task:group == service:production)", False),
        ("runningTasksCount == 1", True),
        ("runningTasksCount < 10", True),
        ("agentVersion < 1.14.5", True),
        ("agentVersion >= 1.2.10", True),
        ("registeredAt < 2018-02-13", True),
        ("registeredAt > 2018-02-13T00:00:00Z", False),
        ("ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", True),
        ("agentConnected == true", True),
        ("attribute:stack exists", True),
        ("attribute:stack !exists", False),
        ("attribute:gpu not_exists", True),
        ("attribute:gpu != yes", True),
        ("attribute:gpu == yes", False),
        ("attribute:stack == prod && runningTasksCount == 2 || attribute:stack == 'prod'", True),
        ("attribute:stack == prod and (runningTasksCount == 2 or runningTasksCount == 3)", False),
        ("not attribute:stack == dev and attribute:stack == prod", True),
    ],
)
def test_which_instances_are_meant(expression: str, holds: bool) -> None:
    assert parse(expression)(lambda subject: INSTANCE.get(subject, ())) is holds


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "attribute:stack",
        "attribute:stack ==",
        "stack == prod",
        "attribute:stack ~ prod",
        "attribute:stack in prod",
        "attribute:stack in [prod",
        "(attribute:stack == prod",
        "attribute:stack == prod)",
        "attribute:stack == prod or",
        "registeredAt < yesterday",
        "runningTasksCount == many",
        "attribute:stack =~ *",
        "attribute:stack == 'prod",
    ],
)
def test_what_is_no_expression(expression: str) -> None:
    with pytest.raises(InvalidQuery):
        parse(expression)
