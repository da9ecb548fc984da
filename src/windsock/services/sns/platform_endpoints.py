"""Platform endpoints: the devices and apps that registered with a push service.

Source: https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.sns.arns import required, sns_arn
from windsock.services.sns.attribute_values import boolean, told_as
from windsock.services.sns.errors import (
    EndpointDisabled,
    InvalidParameter,
    MissingMember,
    NotFound,
    PlatformApplicationDisabled,
)
from windsock.services.sns.limits import MAX_CUSTOM_USER_DATA, PAGE_SIZE
from windsock.services.sns.pages import start_after
from windsock.services.sns.platform_applications import ApplicationKey, application_of, existing
from windsock.services.sns.tables import platform_endpoints as table
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

_OF_APPLICATION = sa.and_(
    *in_scope(table),
    table.c.platform == sa.bindparam("of_platform"),
    table.c.application == sa.bindparam("of_name"),
)
_OF = sa.and_(_OF_APPLICATION, table.c.id == sa.bindparam("of_id"))
_FIND = Statement(sa.select(table).where(_OF))
_BY_TOKEN = Statement(sa.select(table).where(_OF_APPLICATION, table.c.token == sa.bindparam("of_token")))
_INSERT = Statement(sa.insert(table))
_SET = Statement(
    sa.update(table).where(_OF).values(token=sa.bindparam("token"), attributes=sa.bindparam("attributes"))
)
_DELETE = Statement(sa.delete(table).where(_OF))
_PAGE = Statement(
    sa.select(table)
    .where(_OF_APPLICATION, table.c.id > sa.bindparam("after"))
    .order_by(table.c.id)
    .limit(PAGE_SIZE + 1)
)


class EndpointKey(NamedTuple):
    """An endpoint of an application."""

    application: ApplicationKey
    id: str

    @property
    def arn(self) -> str:
        """Its ARN."""
        scope, platform, name = self.application
        return scope.arn("sns", f"endpoint/{platform}/{name}/{self.id}")

    @property
    def values(self) -> dict[str, str]:
        """The parameters that name it in statements."""
        return {**self.application.values, "of_id": self.id}


class UsableEndpoint(NamedTuple):
    """An endpoint that can be published to."""

    scope: Scope
    platform: str
    token: str


def usable_endpoint(tx: Snapshot, arn: str, parameter: str = "EndpointArn") -> UsableEndpoint:
    """The endpoint an ARN names; raises when there is none, or it or its application is disabled."""
    key = _key(arn, parameter)
    row = tx.row(_FIND, key.values)
    if row is None:
        raise InvalidParameter(f"{parameter} Reason: No endpoint found for the target arn specified")
    if existing(tx, key.application).get("Enabled") == "false":
        raise PlatformApplicationDisabled
    if _attributes(row)["Enabled"] == "false":
        raise EndpointDisabled
    return UsableEndpoint(key.application.scope, row.platform, row.token)


@command("CreatePlatformEndpoint")
def create_platform_endpoint(ctx: Command, params: Params) -> Result:
    """Register a device by its token; the same one again is the same endpoint."""
    application = application_of(ctx, required(params, "PlatformApplicationArn"))
    token = required(params, "Token")
    existing(ctx.tx, application)
    given = {**(params.get("Attributes") or {})}
    if params.get("CustomUserData") is not None:
        given["CustomUserData"] = params["CustomUserData"]
    attributes = {"Enabled": "true", **_checked(given)}
    row = ctx.tx.row(_BY_TOKEN, {**application.values, "of_token": token})
    if row is not None:
        key = EndpointKey(application, row.id)
        if _attributes(row).get("CustomUserData") != attributes.get("CustomUserData"):
            raise _token_taken(key)
        return {"EndpointArn": key.arn}
    key = EndpointKey(application, uuid4())
    ctx.tx.execute(
        _INSERT,
        {
            **application.scope.columns,
            "platform": application.platform,
            "application": application.name,
            "id": key.id,
            "token": token,
            "attributes": orjson.dumps(attributes).decode(),
        },
    )
    return {"EndpointArn": key.arn}


@query("GetEndpointAttributes")
def get_endpoint_attributes(ctx: Query, params: Params) -> Result:
    """The attributes of an endpoint, its token among them."""
    row = _existing(ctx, _key(required(params, "EndpointArn"), "EndpointArn"))
    return {"Attributes": _shown(row)}


@command("SetEndpointAttributes")
def set_endpoint_attributes(ctx: Command, params: Params) -> Result:
    """Change an endpoint's attributes: enable it, give it a new token or user data."""
    key = _key(required(params, "EndpointArn"), "EndpointArn")
    given = params.get("Attributes")
    if not given:
        raise MissingMember("attributes")
    row = _existing(ctx, key)
    attributes = _attributes(row) | _checked(given)
    token = attributes.pop("Token", row.token)
    other = ctx.tx.row(_BY_TOKEN, {**key.application.values, "of_token": token})
    if other is not None and other.id != key.id:
        raise _token_taken(EndpointKey(key.application, other.id))
    ctx.tx.execute(_SET, {**key.values, "token": token, "attributes": orjson.dumps(attributes).decode()})
    return None


@command("DeleteEndpoint")
def delete_endpoint(ctx: Command, params: Params) -> Result:
    """Remove an endpoint; one that is not there is no error."""
    ctx.tx.execute(_DELETE, _key(required(params, "EndpointArn"), "EndpointArn").values)
    return None


@query("ListEndpointsByPlatformApplication")
def list_endpoints_by_platform_application(ctx: Query, params: Params) -> Result:
    """The endpoints of an application, a hundred a page."""
    application = application_of(ctx, required(params, "PlatformApplicationArn"))
    existing(ctx.tx, application)
    (after,) = start_after(params.get("NextToken"), "")
    rows = ctx.tx.rows(_PAGE, {**application.values, "after": after})
    return page(
        "Endpoints", rows, PAGE_SIZE, lambda row: row.id,
        lambda row: {"EndpointArn": EndpointKey(application, row.id).arn, "Attributes": _shown(row)},
    )  # fmt: skip


def _key(arn: str, parameter: str) -> EndpointKey:
    parsed = sns_arn(arn, parameter)
    parts = parsed.resource.split("/")
    if len(parts) != 4 or parts[0] != "endpoint":
        raise InvalidParameter(f"{parameter} Reason: Wrong number of slashes in relative portion of the ARN.")
    return EndpointKey(ApplicationKey(parsed.scope, parts[1], parts[2]), parts[3])


def _existing(ctx: Query | Command, key: EndpointKey) -> Any:
    row = ctx.tx.row(_FIND, key.values)
    if row is None:
        raise NotFound("Endpoint does not exist")
    return row


def _attributes(row: Any) -> dict[str, str]:
    attributes: dict[str, str] = orjson.loads(row.attributes)
    return attributes


def _shown(row: Any) -> dict[str, str]:
    return {**_attributes(row), "Token": row.token}


def _checked(given: Mapping[str, str]) -> dict[str, str]:
    attributes = dict(given)
    if "Enabled" in attributes:
        with told_as("Attributes Reason: "):
            attributes["Enabled"] = boolean("Enabled", attributes["Enabled"])
    if len(attributes.get("CustomUserData", "").encode()) > MAX_CUSTOM_USER_DATA:
        raise InvalidParameter(
            f"CustomUserData Reason: must be {MAX_CUSTOM_USER_DATA} bytes or less in UTF-8"
        )
    return attributes


def _token_taken(key: EndpointKey) -> InvalidParameter:
    return InvalidParameter(
        f"Token Reason: Endpoint {key.arn} already exists with the same Token, but different attributes."
    )
