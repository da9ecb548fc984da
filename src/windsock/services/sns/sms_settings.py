"""The settings of text messages, kept for each account and region.

Source: https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.sns.errors import InvalidSmsAttribute
from windsock.services.sns.tables import sms_settings as table
from windsock.store.schema import in_scope
from windsock.store.statements import Statement, upsert

_FIND = Statement(sa.select(table.c.attributes).where(*in_scope(table)))
_PUT = Statement(upsert(table, "attributes"))

_VALUES: Final[Mapping[str, re.Pattern[str]]] = {
    "MonthlySpendLimit": re.compile(r"\d+(\.\d+)?"),
    "DeliveryStatusIAMRole": re.compile(r"(arn:.+)?"),
    "DeliveryStatusSuccessSamplingRate": re.compile(r"\d{1,2}|100"),
    "DefaultSenderID": re.compile(r"([A-Za-z0-9_-]{1,11})?"),
    "DefaultSMSType": re.compile(r"Promotional|Transactional"),
    "UsageReportS3Bucket": re.compile(r".*"),
}


@command("SetSMSAttributes")
def set_sms_attributes(ctx: Command, params: Params) -> Result:
    """Change settings; raises InvalidParameter for one that does not exist or a wrong value."""
    given: Mapping[str, str] = params.get("attributes") or {}
    for name, value in given.items():
        pattern = _VALUES.get(name)
        if pattern is None:
            raise InvalidSmsAttribute(f"{name} is not a valid attribute")
        if not pattern.fullmatch(value):
            raise InvalidSmsAttribute(f"{name} is invalid")
    attributes = {**_kept(ctx), **given}
    here = ctx.scope.columns
    ctx.tx.execute(_PUT, {**here, "attributes": orjson.dumps(attributes).decode()})
    return {}


@query("GetSMSAttributes")
def get_sms_attributes(ctx: Query, params: Params) -> Result:
    """The settings that were changed: all, or those that are named."""
    wanted = params.get("attributes")
    kept = _kept(ctx)
    return {"attributes": {name: value for name, value in kept.items() if not wanted or name in wanted}}


def _kept(ctx: Query | Command) -> dict[str, str]:
    text = ctx.tx.scalar(_FIND, ctx.scope.columns)
    attributes: dict[str, str] = orjson.loads(text) if text else {}
    return attributes
