"""An account and a region."""

from __future__ import annotations

import pytest

from windsock.kernel.scope import Scope


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_arns_are_of_the_partition_of_the_region(region: str, partition: str) -> None:
    arn = Scope("111122223333", region).arn("events", "rule/nightly")
    assert arn == f"arn:{partition}:events:{region}:111122223333:rule/nightly"


def test_columns_are_what_leads_every_table() -> None:
    assert Scope("111122223333", "eu-west-1").columns == {"account": "111122223333", "region": "eu-west-1"}
