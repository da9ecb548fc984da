"""Trails: made, changed, shown and deleted.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html and the pages of
the other operations beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.arns import parse_arn
from windsock.services.cloudtrail import delivering, digests, trail_rows
from windsock.services.cloudtrail.active_trails import ActiveTrails
from windsock.services.cloudtrail.destinations import check_destinations, encryption
from windsock.services.cloudtrail.errors import (
    InvalidNextToken,
    InvalidParameters,
    InvalidPrefix,
    TooManyTrails,
    TrailAlreadyExists,
)
from windsock.services.cloudtrail.limits import PREFIX_LENGTH, TRAILS_PER_REGION
from windsock.services.cloudtrail.names import check_name
from windsock.services.cloudtrail.organization_trails import organization_of
from windsock.services.cloudtrail.placing import ORGANIZATION_ID
from windsock.services.cloudtrail.tag_sets import with_tags
from windsock.services.cloudtrail.trail_rows import viewer
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

_PAGE_SIZE: Final = 1_000
_DEFAULTS: Final[Mapping[str, Any]] = {
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": False,
    "EnableLogFileValidation": False,
    "IsOrganizationTrail": False,
    "RecursiveLogging": True,
}
_NOT_ANSWERED: Final = ("EnableLogFileValidation", ORGANIZATION_ID)
_SETTINGS: Final = (
    "S3BucketName",
    "S3KeyPrefix",
    "SnsTopicName",
    "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn",
    "KmsKeyId",
    *_DEFAULTS,
)


@waiting("CreateTrail")
async def create_trail(ctx: Context, params: Params) -> Result:
    """Make a trail, which logs nothing until StartLogging."""
    name = params["Name"]
    check_name(name)
    settings = _settings(ctx, {**_DEFAULTS, **params})
    settings |= await _organization(ctx, settings)
    await check_destinations(ctx, ctx.scope.arn("cloudtrail", f"trail/{name}"), settings)
    settings |= await encryption(ctx, settings)

    def make(tx: Transaction) -> Row:
        visible = trail_rows.visible(tx, viewer(ctx))
        if any(row.name == name for row in visible):
            raise TrailAlreadyExists(name, ctx.scope.account)
        if len(visible) >= TRAILS_PER_REGION:
            raise TooManyTrails(ctx.scope.account, TRAILS_PER_REGION)
        values = {
            "name": name,
            "body": orjson.dumps(settings).decode(),
            "selectors": None,
            "tags": with_tags(NO_TAGS, params.get("TagsList", ())),
            "status": "{}",
            "logging": 0,
            "multi_region": settings["IsMultiRegionTrail"],
            "created_ms": ctx.now_ms,
        }
        trail_rows.put(tx, ctx.scope, values)
        return trail_rows.require(tx, viewer(ctx), name)

    return _answered(await ctx.engine.store.write(make))


@waiting("UpdateTrail")
async def update_trail(ctx: Context, params: Params) -> Result:
    """Change what is given of a trail and leave the rest."""
    kept = ctx.engine.store.read(lambda tx: trail_rows.require_home(tx, viewer(ctx), params["Name"]))
    settings = _settings(ctx, {**orjson.loads(kept.body), **params})
    settings |= await _organization(ctx, settings)
    await check_destinations(ctx, trail_rows.trail_arn(kept), settings)
    settings |= await encryption(ctx, settings)

    def change(tx: Transaction) -> Row:
        row = trail_rows.require_home(tx, viewer(ctx), params["Name"])
        body = orjson.dumps(settings).decode()
        trail_rows.change(tx, row, body=body, multi_region=settings["IsMultiRegionTrail"])
        ctx.engine.part(ActiveTrails).changed(tx)
        changed = trail_rows.require(tx, viewer(ctx), row.name)
        digests.changed(ctx.engine, tx, row, changed)
        return changed

    return _answered(await ctx.engine.store.write(change))


@command("DeleteTrail")
def delete_trail(ctx: Command, params: Params) -> Result:
    """Delete a trail; what it has delivered stays."""
    row = trail_rows.require_home(ctx.tx, viewer(ctx), params["Name"])
    trail_rows.delete(ctx.tx, row)
    delivering.abandon(ctx.tx, ctx.scope, row.name)
    digests.deleted(ctx.engine, ctx.tx, row)
    ctx.engine.part(ActiveTrails).changed(ctx.tx)
    return {}


@query("GetTrail")
def get_trail(ctx: Query, params: Params) -> Result:
    """A trail."""
    return {"Trail": _shown(trail_rows.require(ctx.tx, viewer(ctx), params["Name"]))}


@query("DescribeTrails")
def describe_trails(ctx: Query, params: Params) -> Result:
    """The trails named, or all, those of other regions too unless told otherwise."""
    rows = trail_rows.visible(ctx.tx, viewer(ctx))
    names = params.get("trailNameList")
    if names:
        rows = [row for row in trail_rows.seen_by(ctx.tx, viewer(ctx)) if _is_named(ctx, row, names)]
    elif not params.get("includeShadowTrails", True):
        rows = [row for row in rows if row.region == ctx.scope.region]
    return {"trailList": [_shown(row) for row in rows]}


def _is_named(ctx: Query, row: Row, names: Sequence[str]) -> bool:
    """A trail of another region is named by its ARN only."""
    return (row.name in names and row.region == ctx.scope.region) or trail_rows.trail_arn(row) in names


@query("ListTrails")
def list_trails(ctx: Query, params: Params) -> Result:
    """The trails of the account in all regions."""
    rows = sorted(trail_rows.seen_by(ctx.tx, viewer(ctx)), key=lambda row: (row.region, row.name))
    if "NextToken" in params:
        try:
            after = tuple(read_token(params["NextToken"], ["", ""]))
        except InvalidPageToken as error:
            raise InvalidNextToken from error
        rows = [row for row in rows if (row.region, row.name) > after]
    return page("Trails", rows, _PAGE_SIZE, lambda row: (row.region, row.name), _listed)


def _settings(ctx: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a trail. An empty text takes a setting away."""
    settings = {name: given[name] for name in _SETTINGS if given.get(name) not in (None, "")}
    if settings["IsMultiRegionTrail"] and not settings["IncludeGlobalServiceEvents"]:
        raise InvalidParameters("Multi-Region trail must include global service events.")
    if len(settings.get("S3KeyPrefix", "")) > PREFIX_LENGTH:
        raise InvalidPrefix(f"The S3 key prefix is longer than {PREFIX_LENGTH} characters.")
    topic = settings.get("SnsTopicName")
    if topic:
        settings["SnsTopicARN"] = topic if parse_arn(topic) else ctx.scope.arn("sns", topic)
    return settings


async def _organization(ctx: Context, settings: Mapping[str, Any]) -> dict[str, str]:
    return {ORGANIZATION_ID: await organization_of(ctx)} if settings["IsOrganizationTrail"] else {}


def _answered(row: Row) -> dict[str, Any]:
    settings = orjson.loads(row.body)
    answered = {name: value for name, value in settings.items() if name not in _NOT_ANSWERED}
    return {
        "Name": row.name,
        **answered,
        "TrailARN": trail_rows.trail_arn(row),
        "LogFileValidationEnabled": settings["EnableLogFileValidation"],
    }


def _shown(row: Row) -> dict[str, Any]:
    return {
        **_answered(row),
        "HomeRegion": row.region,
        "HasCustomEventSelectors": row.selectors is not None,
        "HasInsightSelectors": False,
    }


def _listed(row: Row) -> dict[str, Any]:
    return {"TrailARN": trail_rows.trail_arn(row), "Name": row.name, "HomeRegion": row.region}
