"""Platform applications: the push services that a team's apps are registered with.

Source: https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.scope import Scope
from windsock.services.sns.arns import required, sns_arn
from windsock.services.sns.errors import InvalidParameter, MissingMember, NotFound
from windsock.services.sns.limits import PAGE_SIZE
from windsock.services.sns.pages import rows_after
from windsock.services.sns.tables import platform_applications as table
from windsock.services.sns.tables import platform_endpoints
from windsock.store.schema import in_scope
from windsock.store.statements import Statement, upsert
from windsock.store.transaction import Snapshot

_PLATFORMS: Final = frozenset(
    {
        "ADM", "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "BAIDU", "FCM", "GCM", "MACOS",
        "MACOS_SANDBOX", "MPNS", "WNS",
    }
)  # fmt: skip
_WITHOUT_PRINCIPAL: Final = frozenset({"GCM", "FCM"})
_SECRET: Final = frozenset({"PlatformPrincipal", "PlatformCredential"})
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,256}")

_OF = sa.and_(
    *in_scope(table),
    table.c.platform == sa.bindparam("of_platform"),
    table.c.name == sa.bindparam("of_name"),
)
_FIND = Statement(sa.select(table).where(_OF))
_PUT = Statement(upsert(table, "attributes"))
_DELETE = Statement(sa.delete(table).where(_OF))
_DELETE_ENDPOINTS = Statement(
    sa.delete(platform_endpoints).where(
        *in_scope(platform_endpoints),
        platform_endpoints.c.platform == sa.bindparam("of_platform"),
        platform_endpoints.c.application == sa.bindparam("of_name"),
    )
)
_PAGE = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.platform + "/" + table.c.name > sa.bindparam("after"),
    )
    .order_by(table.c.platform + "/" + table.c.name)
    .limit(PAGE_SIZE + 1)
)


class ApplicationKey(NamedTuple):
    """A platform application."""

    scope: Scope
    platform: str
    name: str

    @property
    def arn(self) -> str:
        """Its ARN."""
        return self.scope.arn("sns", f"app/{self.platform}/{self.name}")

    @property
    def values(self) -> dict[str, str]:
        """The parameters that name it in statements."""
        return {
            **self.scope.columns,
            "of_platform": self.platform,
            "of_name": self.name,
        }


def application_of(ctx: Context, arn: str) -> ApplicationKey:
    """The application an ARN names; raises InvalidParameter."""
    parsed = sns_arn(arn, "PlatformApplicationArn")
    parts = parsed.resource.split("/")
    if len(parts) != 3 or parts[0] != "app" or parsed.region != ctx.scope.region:
        raise InvalidParameter(
            "PlatformApplicationArn Reason: Wrong number of slashes in relative portion of the ARN."
        )
    return ApplicationKey(parsed.scope, parts[1], parts[2])


def existing(tx: Snapshot, key: ApplicationKey) -> dict[str, str]:
    """The attributes of an application; raises NotFound."""
    row = tx.row(_FIND, key.values)
    if row is None:
        raise NotFound("PlatformApplication does not exist")
    attributes: dict[str, str] = orjson.loads(row.attributes)
    return attributes


@command("CreatePlatformApplication")
def create_platform_application(ctx: Command, params: Params) -> Result:
    """Register a push service; one that exists takes the attributes given."""
    name, platform = required(params, "Name"), required(params, "Platform")
    if not _NAME.fullmatch(name):
        raise InvalidParameter(
            f"{name} Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'"
        )
    if platform not in _PLATFORMS:
        raise InvalidParameter(f"Platform Reason: {platform} is not supported")
    attributes: Mapping[str, str] = params.get("Attributes") or {}
    _check_credentials(platform, attributes)
    key = ApplicationKey(ctx.scope, platform, name)
    _put(ctx, key, {"Enabled": "true", **attributes})
    return {"PlatformApplicationArn": key.arn}


@query("GetPlatformApplicationAttributes")
def get_platform_application_attributes(ctx: Query, params: Params) -> Result:
    """The attributes of an application; its credentials are never shown."""
    key = application_of(ctx, required(params, "PlatformApplicationArn"))
    return {"Attributes": _shown(existing(ctx.tx, key))}


@command("SetPlatformApplicationAttributes")
def set_platform_application_attributes(ctx: Command, params: Params) -> Result:
    """Change attributes of an application."""
    key = application_of(ctx, required(params, "PlatformApplicationArn"))
    given = params.get("Attributes")
    if not given:
        raise MissingMember("attributes")
    _put(ctx, key, existing(ctx.tx, key) | given)
    return None


@command("DeletePlatformApplication")
def delete_platform_application(ctx: Command, params: Params) -> Result:
    """Remove an application and its endpoints; one that is not there is no error."""
    key = application_of(ctx, required(params, "PlatformApplicationArn"))
    ctx.tx.execute(_DELETE, key.values)
    ctx.tx.execute(_DELETE_ENDPOINTS, key.values)
    return None


@query("ListPlatformApplications")
def list_platform_applications(ctx: Query, params: Params) -> Result:
    """The applications of the account and region, a hundred a page."""
    rows = ctx.tx.rows(_PAGE, rows_after(ctx.scope, params.get("NextToken")))
    return page(
        "PlatformApplications", rows, PAGE_SIZE, lambda row: f"{row.platform}/{row.name}",
        lambda row: _listed(ctx.scope, row),
    )  # fmt: skip


def _listed(scope: Scope, row: Any) -> dict[str, Any]:
    return {
        "PlatformApplicationArn": ApplicationKey(scope, row.platform, row.name).arn,
        "Attributes": _shown(orjson.loads(row.attributes)),
    }


def _shown(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if name not in _SECRET}


def _check_credentials(platform: str, attributes: Mapping[str, str]) -> None:
    has_principal, has_credential = (
        bool(attributes.get(name)) for name in ("PlatformPrincipal", "PlatformCredential")
    )
    if has_principal and not has_credential:
        raise InvalidParameter(
            "Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential"
        )
    if has_credential and not has_principal and platform not in _WITHOUT_PRINCIPAL:
        raise InvalidParameter(
            "Attributes Reason: PlatformCredential attribute provided without PlatformPrincipal"
        )
    if not has_credential:
        raise InvalidParameter("Attributes Reason: PlatformCredential attribute is required")


def _put(ctx: Command, key: ApplicationKey, attributes: Mapping[str, str]) -> None:
    ctx.tx.execute(
        _PUT,
        {
            **key.scope.columns,
            "platform": key.platform,
            "name": key.name,
            "attributes": orjson.dumps(attributes).decode(),
        },
    )
