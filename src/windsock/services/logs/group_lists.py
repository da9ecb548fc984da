"""Lists of log groups.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html and
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import make_token
from windsock.kernel.scope import Scope
from windsock.services.logs.errors import InvalidParameter
from windsock.services.logs.limits import FETCHED_ROWS, SEARCHED_GROUPS
from windsock.services.logs.lookups import find_group
from windsock.services.logs.names import group_arn, group_of_identifier
from windsock.services.logs.pages import limit_of, prefix_range
from windsock.services.logs.tables import groups
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement

_LIST = Statement(
    sa.select(groups)
    .where(
        *in_scope(groups),
        groups.c.name >= sa.bindparam("of_first"),
        groups.c.name < sa.bindparam("of_last"),
        groups.c.name > sa.bindparam("of_after"),
    )
    .order_by(groups.c.name)
    .limit(sa.bindparam("most"))
)

# A search for either of these classes finds the groups of both.
_INFREQUENT = frozenset({"INFREQUENT_ACCESS", "ESSENTIALS"})

Wanted = Callable[[Row], bool]


@query("DescribeLogGroups")
def describe_log_groups(ctx: Query, params: Params) -> Result:
    """The groups of a name prefix, containing a text, or of given names; sorted by name."""
    pattern = params.get("logGroupNamePattern")
    if pattern is not None and params.get("logGroupNamePrefix") is not None:
        raise InvalidParameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        )
    if params.get("logGroupIdentifiers") is not None:
        names = [group_of_identifier(ctx.scope, each) for each in params["logGroupIdentifiers"]]
        found = [find_group(ctx.tx, ctx.scope, name) for name in sorted(set(names))]
        return {"logGroups": [_described(ctx.scope, group) for group in found if group is not None]}
    wanted = [_of_class(params)]
    if pattern:
        wanted.append(lambda group: pattern in group.name)
    rows, token = _search(ctx, params, wanted)
    show = _outlined if pattern is not None else _described
    return {"logGroups": [show(ctx.scope, group) for group in rows], **token}


@query("ListLogGroups")
def list_log_groups(ctx: Query, params: Params) -> Result:
    """The groups whose names fit a pattern of up to five texts (`^` anchors one) and whose tags fit."""
    if params.get("dataSources") or params.get("fieldIndexNames"):
        return {"logGroups": []}  # Groups here have neither, so none can fit.
    wanted = [_of_class(params), _of_tags(params)]
    if params.get("logGroupNamePattern"):
        wanted.append(_of_pattern(params["logGroupNamePattern"]))
    rows, token = _search(ctx, params, wanted)
    return {
        "logGroups": [
            {
                "logGroupName": group.name,
                "logGroupArn": group_arn(ctx.scope, group.name),
                "logGroupClass": group.log_class,
            }
            for group in rows
        ],
        **token,
    }


def _search(ctx: Query, params: Params, wanted: list[Wanted]) -> tuple[list[Row], dict[str, str]]:
    """One page of the groups that are wanted, with the token of the next if there may be more."""
    limit = limit_of(params)
    values: dict[str, Any] = {**ctx.scope.columns, **prefix_range(params, "logGroupNamePrefix")}
    values["most"] = max(limit + 1, FETCHED_ROWS)
    found: list[Row] = []
    for _ in range(0, SEARCHED_GROUPS, values["most"]):
        rows = ctx.tx.rows(_LIST, values)
        for group in rows:
            if not all(wants(group) for wants in wanted):
                continue
            if len(found) == limit:
                return found, {"nextToken": make_token(found[-1].name)}
            found.append(group)
        if len(rows) < values["most"]:
            return found, {}
        values["of_after"] = rows[-1].name
    return found, {"nextToken": make_token(values["of_after"])}


def _of_class(params: Params) -> Wanted:
    asked = params.get("logGroupClass")
    if asked is None:
        return lambda group: True
    classes = _INFREQUENT if asked in _INFREQUENT else frozenset({asked})
    return lambda group: group.log_class in classes


def _of_pattern(pattern: str) -> Wanted:
    texts = pattern.split("|")
    starts = tuple(text[1:] for text in texts if text.startswith("^"))
    parts = [text for text in texts if not text.startswith("^")]
    return lambda group: group.name.startswith(starts) or any(part in group.name for part in parts)


def _of_tags(params: Params) -> Wanted:
    filters = [(each["key"], each.get("values") or []) for each in params.get("logGroupTags") or []]
    if not filters:
        return lambda group: True

    def wanted(group: Row) -> bool:
        tags = orjson.loads(group.tags)
        return all(key in tags and _value_fits(tags[key], values) for key, values in filters)

    return wanted


def _value_fits(value: str, patterns: list[str]) -> bool:
    """Whether a tag's value is one of the patterns (`*` at either end) and none that begins with `!`."""
    refused = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    allowed = [pattern for pattern in patterns if not pattern.startswith("!")]
    if any(_wildcard(pattern, value) for pattern in refused):
        return False
    return not allowed or any(_wildcard(pattern, value) for pattern in allowed)


def _wildcard(pattern: str, value: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), value, re.DOTALL) is not None


def _outlined(scope: Scope, group: Row) -> dict[str, Any]:
    """A group as a search by pattern shows it."""
    arn = group_arn(scope, group.name)
    return {
        "logGroupName": group.name,
        "creationTime": group.created_ms,
        "metricFilterCount": group.metric_filters,
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "logGroupClass": group.log_class,
    }


def _described(scope: Scope, group: Row) -> dict[str, Any]:
    """A group with all that is known of it."""
    shown = _outlined(scope, group)
    shown["storedBytes"] = group.stored_bytes
    shown["deletionProtectionEnabled"] = bool(group.protected)
    if group.retention_days is not None:
        shown["retentionInDays"] = group.retention_days
    if group.kms_key is not None:
        shown["kmsKeyId"] = group.kms_key
    return shown
