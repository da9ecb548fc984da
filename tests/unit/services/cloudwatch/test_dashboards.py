"""Dashboards (ACCEPTANCE, S11)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError


def body(*widgets: dict[str, Any]) -> str:
    return json.dumps({"widgets": list(widgets)})


def widget(**more: Any) -> dict[str, Any]:
    return {
        "type": "metric",
        "properties": {"metrics": [["AWS/EC2", "NetworkIn", "InstanceId", "i"]]},
        **more,
    }


async def put(driver: Driver, text: str, name: str = "EC2_Networking") -> None:
    await driver("cloudwatch", "PutDashboard", DashboardName=name, DashboardBody=text)


async def test_a_dashboard_is_the_same_in_every_region(driver: Driver) -> None:
    text = body(*(widget(x=3 * (n % 4), y=3 * (n // 4), width=3, height=3) for n in range(5)))
    await put(driver, text)
    got = await driver("cloudwatch", "GetDashboard", DashboardName="EC2_Networking", region="eu-west-1")
    assert got == {
        "DashboardName": "EC2_Networking",
        "DashboardArn": "arn:aws:cloudwatch::000000000000:dashboard/EC2_Networking",
        "DashboardBody": text,
    }
    (entry,) = (await driver("cloudwatch", "ListDashboards", region="us-west-2"))["DashboardEntries"]
    assert entry["Size"] == len(text)


async def test_putting_it_again_replaces_it(driver: Driver) -> None:
    await put(driver, body())
    await put(driver, body(widget()))
    got = await driver("cloudwatch", "GetDashboard", DashboardName="EC2_Networking")
    assert got["DashboardBody"] == body(widget())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", ""),
        ("[]", ""),
        ("{}", "/widgets"),
        (body(widget(x=23, width=3)), "/widgets/0"),
        (body(widget(), widget(width=25)), "/widgets/1/width"),
        (body(widget(x=-1)), "/widgets/0/x"),
        (body(widget(y=1.5)), "/widgets/0/y"),
        (body(widget(type="chart")), "/widgets/0/type"),
        (body({"type": "text", "properties": {}}), "/widgets/0/properties"),
        (body(*[widget()] * 501), "/widgets"),
    ],
)
async def test_bodies_that_are_refused(driver: Driver, text: str, place: str) -> None:
    with pytest.raises(AwsError) as refusal:
        await put(driver, text)
    assert refusal.value.code == "InvalidParameterInput"
    assert refusal.value.details["dashboardValidationMessages"][0]["DataPath"] == place


@pytest.mark.parametrize("name", ["with space", "n" * 256])
async def test_names_that_are_refused(driver: Driver, name: str) -> None:
    with pytest.raises(AwsError) as refusal:
        await put(driver, body(), name)
    assert refusal.value.code == "InvalidParameterValue"


async def test_the_quota(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("windsock.services.cloudwatch.dashboards.DASHBOARDS", 2)
    await put(driver, body(), "one")
    await put(driver, body(), "two")
    await put(driver, body(), "two")
    with pytest.raises(AwsError) as refusal:
        await put(driver, body(), "three")
    assert refusal.value.code == "LimitExceeded"


async def test_deleting(driver: Driver) -> None:
    await put(driver, body(), "one")
    with pytest.raises(AwsError) as refusal:
        await driver("cloudwatch", "DeleteDashboards", DashboardNames=["one", "two"])
    assert refusal.value.code == "ResourceNotFound"
    await driver("cloudwatch", "DeleteDashboards", DashboardNames=["one"])
    assert (await driver("cloudwatch", "ListDashboards"))["DashboardEntries"] == []
