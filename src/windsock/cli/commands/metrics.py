"""`windsock metrics`: report what AWS's services would measure of simulated resources."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Account, Endpoint, Region, post
from windsock.cli.failure import fail
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION


def register(app: typer.Typer) -> None:
    """Add the command."""
    metrics = typer.Typer(no_args_is_help=True, help="Report what AWS's services would measure.")
    metrics.callback()(_metrics)
    metrics.command("put")(put)
    app.add_typer(metrics, name="metrics")


def _metrics() -> None:
    """Has typer ask for `put`, although it is the only one."""


def put(
    namespace: Annotated[str, typer.Argument(help="A service's, such as AWS/EFS.")],
    name: Annotated[str, typer.Argument(help="The metric, such as PercentIOLimit.")],
    value: Annotated[float, typer.Argument(help="What was measured just now.")],
    dimension: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, such as FileSystemId=fs-1; as often as needed.")
    ] = None,
    account: Account = DEFAULT_ACCOUNT,
    region: Region = DEFAULT_REGION,
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """Put a value into a metric of a service, which PutMetricData refuses as AWS's does."""
    if not math.isfinite(value):
        raise fail(f"the value {value} is no number that could be measured")
    dimensions = [_dimension(each) for each in dimension or ()]
    datum = {"MetricName": name, "Value": value, "Dimensions": dimensions}
    body = {"Namespace": namespace, "MetricData": [datum]}
    post(endpoint, "service-metrics", body, account=account, region=region)


def _dimension(text: str) -> dict[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise fail(f"the dimension {text!r} is no NAME=VALUE")
    return {"Name": name, "Value": value}
