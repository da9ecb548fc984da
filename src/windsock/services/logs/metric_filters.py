"""Metric filters: patterns whose matches among a group's events become samples of a metric.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html,
API_DescribeMetricFilters.html, API_DeleteMetricFilter.html and API_TestMetricFilter.html beside it.
"""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.logs.errors import InvalidParameter, LimitExceeded, ResourceNotFound
from windsock.services.logs.limits import FETCHED_ROWS, METRIC_DIMENSIONS, METRIC_FILTERS_PER_GROUP
from windsock.services.logs.lookups import get_group
from windsock.services.logs.metric_extraction import MetricExtraction, number_in
from windsock.services.logs.pages import AFTER_ALL, limit_of, page_of, start_after
from windsock.services.logs.patterns import parse_pattern
from windsock.services.logs.tables import groups
from windsock.services.logs.tables import metric_filters as table
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert

_PUT = Statement(upsert(table, "pattern", "transformations", "options"))
_OF_FILTER = (
    *in_scope(table),
    table.c.name == sa.bindparam("of_name"),
    table.c.group_name == sa.bindparam("of_group"),
)
_FIND = Statement(sa.select(table.c.name).where(*_OF_FILTER))
_DELETE = Statement(sa.delete(table).where(*_OF_FILTER))
_COUNT_ON_GROUP = Statement(
    sa.update(groups)
    .where(
        *in_scope(groups),
        groups.c.name == sa.bindparam("of_group"),
    )
    .values(metric_filters=groups.c.metric_filters + sa.bindparam("more"))
)
_LIST = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.name >= sa.bindparam("of_first"),
        table.c.name < sa.bindparam("of_last"),
        sa.tuple_(table.c.name, table.c.group_name)
        > sa.tuple_(sa.bindparam("after_name"), sa.bindparam("after_group")),
    )
    .order_by(table.c.name, table.c.group_name)
    .limit(sa.bindparam("most"))
)

# Members that are kept as they came.
_OPTIONS = ("fieldSelectionCriteria", "emitSystemFieldDimensions")


@command("PutMetricFilter")
def put_metric_filter(ctx: Command, params: Params) -> Result:
    """Make a metric filter or replace it."""
    group = get_group(ctx.tx, ctx.scope, params["logGroupName"])
    parse_pattern(params["filterPattern"])
    for transformation in params["metricTransformations"]:
        _check(transformation)
    which = {**ctx.scope.columns, "of_group": group.name, "of_name": params["filterName"]}
    if ctx.tx.scalar(_FIND, which) is None:
        if group.metric_filters >= METRIC_FILTERS_PER_GROUP:
            raise LimitExceeded
        ctx.tx.execute(_COUNT_ON_GROUP, {**ctx.scope.columns, "of_group": group.name, "more": 1})
    options = {member: params[member] for member in _OPTIONS if params.get(member) is not None}
    options["applyOnTransformedLogs"] = bool(params.get("applyOnTransformedLogs"))
    ctx.tx.execute(
        _PUT,
        {
            **ctx.scope.columns,
            "name": params["filterName"],
            "group_name": group.name,
            "pattern": params["filterPattern"],
            "transformations": orjson.dumps(params["metricTransformations"]).decode(),
            "options": orjson.dumps(options).decode(),
            "created_ms": ctx.now_ms,
        },
    )
    ctx.engine.part(MetricExtraction).changed(ctx.scope, group.name)
    return {}


@query("DescribeMetricFilters")
def describe_metric_filters(ctx: Query, params: Params) -> Result:
    """The filters of a group, of a name prefix, or of a metric; sorted by name, then group."""
    metric, namespace = params.get("metricName"), params.get("metricNamespace")
    if (metric is None) != (namespace is None):
        raise InvalidParameter("metricName and metricNamespace must be specified together.")
    group: str | None = params.get("logGroupName")
    if group is not None:
        get_group(ctx.tx, ctx.scope, group)

    def wanted(row: Row) -> bool:
        if group is not None and row.group_name != group:
            return False
        return metric is None or any(
            each["metricName"] == metric and each["metricNamespace"] == namespace
            for each in orjson.loads(row.transformations)
        )

    limit = limit_of(params)
    found = _search(ctx, params, limit, wanted)
    return page_of("metricFilters", found, limit, lambda row: (row.name, row.group_name), _described)


@command("DeleteMetricFilter")
def delete_metric_filter(ctx: Command, params: Params) -> Result:
    """Delete a metric filter."""
    group = get_group(ctx.tx, ctx.scope, params["logGroupName"])
    which = {**ctx.scope.columns, "of_group": group.name, "of_name": params["filterName"]}
    if not ctx.tx.execute(_DELETE, which):
        raise ResourceNotFound("The specified metric filter does not exist.")
    ctx.tx.execute(_COUNT_ON_GROUP, {**ctx.scope.columns, "of_group": group.name, "more": -1})
    ctx.engine.part(MetricExtraction).changed(ctx.scope, group.name)
    return {}


@query("TestMetricFilter")
def test_metric_filter(ctx: Query, params: Params) -> Result:
    """Which of some messages a pattern matches (numbered from 1), and the values it takes from them."""
    pattern = parse_pattern(params["filterPattern"])
    return {
        "matches": [
            {"eventNumber": number, "eventMessage": message, "extractedValues": pattern.extract(message)}
            for number, message in enumerate(params["logEventMessages"], 1)
            if pattern.accepts(message)
        ]
    }


def _check(transformation: dict[str, Any]) -> None:
    """Raise InvalidParameter for what the model allows and the service does not."""
    dimensions = transformation.get("dimensions") or {}
    if dimensions and transformation.get("defaultValue") is not None:
        raise InvalidParameter(
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties."
        )
    if len(dimensions) > METRIC_DIMENSIONS:
        raise InvalidParameter(
            f"Invalid metric transformation: no more than {METRIC_DIMENSIONS} dimensions can be specified."
        )
    if not _is_value(transformation["metricValue"]):
        raise InvalidParameter(
            "Invalid metric transformation: metricValue must be a number or a field of the event."
        )


def _is_value(text: str) -> bool:
    if text.startswith("$"):
        return len(text) > 1
    return number_in(text) is not None


def _search(ctx: Query, params: Params, limit: int, wanted: Any) -> list[Row]:
    """One filter more than a page holds of those that are wanted."""
    after = start_after(params, "", "")
    prefix = params.get("filterNamePrefix") or ""
    values = {**ctx.scope.columns, "of_first": prefix, "of_last": prefix + AFTER_ALL, "most": FETCHED_ROWS}
    found: list[Row] = []
    while True:
        rows = ctx.tx.rows(_LIST, {**values, "after_name": after[0], "after_group": after[1]})
        found += [row for row in rows if wanted(row)]
        if len(found) > limit or len(rows) < FETCHED_ROWS:
            return found[: limit + 1]
        after = [rows[-1].name, rows[-1].group_name]


def _described(row: Row) -> dict[str, Any]:
    return {
        "filterName": row.name,
        "logGroupName": row.group_name,
        "filterPattern": row.pattern,
        "metricTransformations": orjson.loads(row.transformations),
        "creationTime": row.created_ms,
        **orjson.loads(row.options),
    }
