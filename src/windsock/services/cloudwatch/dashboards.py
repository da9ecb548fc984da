"""Dashboards, which are the account's in all regions.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html and the pages
of the other operations beside it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.cloudwatch import dashboard_rows
from windsock.services.cloudwatch.dashboard_bodies import problems_of
from windsock.services.cloudwatch.errors import (
    InvalidParameterValue,
    InvalidToken,
    LimitExceeded,
    ResourceNotFound,
)
from windsock.services.cloudwatch.limits import DASHBOARD_NAME, DASHBOARDS, DASHBOARDS_PAGE
from windsock.services.cloudwatch.tag_sets import with_tags
from windsock.store.statements import Row

_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")


class InvalidBody(AwsError):
    """A body that is no dashboard; its messages say what is wrong where."""

    code = "InvalidParameterInput"

    def __init__(self, problems: list[dict[str, str]]) -> None:
        super().__init__(
            f"The field DashboardBody must be a valid JSON object: {problems[0]['Message']}"
            if not problems[0]["DataPath"]
            else f"Dashboard body is invalid, there are {len(problems)} validation errors: {problems}",
            details={"dashboardValidationMessages": problems},
        )


@command("PutDashboard")
def put_dashboard(ctx: Command, params: Params) -> Result:
    """Make a dashboard, or put another in place of the one with its name."""
    name, scope = params["DashboardName"], ctx.scope.of_account
    if len(name) > DASHBOARD_NAME:
        raise InvalidParameterValue(
            f"The value for field DashboardName must not be longer than {DASHBOARD_NAME}.\n"
        )
    if not _NAME.fullmatch(name):
        raise InvalidParameterValue(
            "The value for field DashboardName contains invalid characters. "
            "It can only contain alphanumerics, dash (-) and underscore (_).\n"
        )
    problems = problems_of(params["DashboardBody"])
    if problems:
        raise InvalidBody(problems)
    before = dashboard_rows.find(ctx.tx, scope, name)
    if before is None and len(dashboard_rows.of_account(ctx.tx, scope)) >= DASHBOARDS:
        raise LimitExceeded(f"The account has {DASHBOARDS} dashboards, which is the most there can be.")
    tags = with_tags(before.tags if before else NO_TAGS, params.get("Tags") or ())
    values = {"name": name, "body": params["DashboardBody"], "tags": tags, "modified_ms": ctx.now_ms}
    dashboard_rows.put(ctx.tx, scope, values)
    return {"DashboardValidationMessages": []}


@query("GetDashboard")
def get_dashboard(ctx: Query, params: Params) -> Result:
    """A dashboard with its body."""
    row = dashboard_rows.find(ctx.tx, ctx.scope.of_account, params["DashboardName"])
    if row is None:
        raise ResourceNotFound(f"Dashboard {params['DashboardName']} does not exist")
    return {"DashboardArn": _arn(ctx.scope, row.name), "DashboardName": row.name, "DashboardBody": row.body}


@query("ListDashboards")
def list_dashboards(ctx: Query, params: Params) -> Result:
    """The dashboards whose names begin as asked, by name."""
    rows = [
        row
        for row in dashboard_rows.of_account(ctx.tx, ctx.scope.of_account)
        if row.name.startswith(params.get("DashboardNamePrefix") or "")
    ]
    if params.get("NextToken"):
        try:
            after = read_token(params["NextToken"], [""])[0]
        except InvalidPageToken as error:
            raise InvalidToken from error
        rows = [row for row in rows if row.name > after]
    return page(
        "DashboardEntries", rows, DASHBOARDS_PAGE, lambda row: row.name, lambda row: _listed(ctx.scope, row)
    )


@command("DeleteDashboards")
def delete_dashboards(ctx: Command, params: Params) -> Result:
    """Delete dashboards: all of those named, or none if one of them is not there."""
    scope = ctx.scope.of_account
    missing = [name for name in params["DashboardNames"] if dashboard_rows.find(ctx.tx, scope, name) is None]
    if missing:
        raise ResourceNotFound(f"Dashboard [{', '.join(missing)}] does not exist")
    for name in params["DashboardNames"]:
        dashboard_rows.delete(ctx.tx, scope, name)
    return {}


def _arn(scope: Scope, name: str) -> str:
    return scope.of_account.arn("cloudwatch", f"dashboard/{name}")


def _listed(scope: Scope, row: Row) -> dict[str, Any]:
    return {
        "DashboardName": row.name,
        "DashboardArn": _arn(scope, row.name),
        "LastModified": to_datetime(row.modified_ms),
        "Size": len(row.body.encode()),
    }
