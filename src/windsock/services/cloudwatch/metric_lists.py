"""ListMetrics.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.engine.tables import metric_minutes
from windsock.kernel.scope import Scope
from windsock.services.cloudwatch.errors import InvalidToken
from windsock.services.cloudwatch.limits import LISTED_MS, METRICS_PAGE, RECENTLY_MS
from windsock.services.cloudwatch.metric_names import dimension_list
from windsock.services.cloudwatch.tables import metrics
from windsock.store.transaction import Snapshot

_Key = tuple[str, str, str]


@query("ListMetrics")
def list_metrics(ctx: Query, params: Params) -> Result:
    """The metrics that have had data lately, by namespace, name and dimensions."""
    lately = RECENTLY_MS if params.get("RecentlyActive") else LISTED_MS
    after = _after(params)
    found = [
        key
        for key in sorted(_named(ctx, params, ctx.now_ms - lately))
        if key > after and _has_dimensions(key[2], params.get("Dimensions") or [])
    ]
    return page("Metrics", found, METRICS_PAGE, list, _shown)


def _after(params: Params) -> _Key:
    if "NextToken" not in params:
        return ("", "", "")
    try:
        namespace, name, dimensions = read_token(params["NextToken"], ["", "", ""])
    except InvalidPageToken as error:
        raise InvalidToken from error
    return namespace, name, dimensions


def _named(ctx: Query, params: Params, since_ms: int) -> set[_Key]:
    namespace, name = params.get("Namespace"), params.get("MetricName")
    return known_metrics(ctx.tx, ctx.scope, since_ms, namespace=namespace, name=name)


def known_metrics(
    tx: Snapshot, scope: Scope, since_ms: int, *, namespace: str | None = None, name: str | None = None
) -> set[_Key]:
    """What was put in, and what windsock counts itself: namespace, name, dimensions as they are kept."""
    found: set[_Key] = set()
    for table, latest in ((metrics, metrics.c.latest_ms), (metric_minutes, metric_minutes.c.minute_ms)):
        conditions = [
            table.c.account == scope.account,
            table.c.region == scope.region,
            latest >= since_ms,
        ]
        if namespace is not None:
            conditions.append(table.c.namespace == namespace)
        if name is not None:
            conditions.append(table.c.name == name)
        rows = tx.rows(
            sa.select(table.c.namespace, table.c.name, table.c.dimensions).where(*conditions).distinct()
        )
        found |= {(row.namespace, row.name, row.dimensions) for row in rows}
    return found


def _has_dimensions(text: str, wanted: list[Mapping[str, str]]) -> bool:
    dimensions = orjson.loads(text)
    return all(
        each["Name"] in dimensions and each.get("Value") in (None, dimensions[each["Name"]])
        for each in wanted
    )


def _shown(key: _Key) -> dict[str, Any]:
    namespace, name, dimensions = key
    return {"Namespace": namespace, "MetricName": name, "Dimensions": dimension_list(dimensions)}
