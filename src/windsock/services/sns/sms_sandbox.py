"""The SMS sandbox: phone numbers are verified with a password that is sent to them.

No account is in the sandbox, as no message leaves windsock; the operations work all the same.
Source: https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox.html
"""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.ids import uuid4
from windsock.services.sns.addresses import endpoint_of
from windsock.services.sns.arns import required
from windsock.services.sns.endpoints import is_phone_number
from windsock.services.sns.errors import InvalidParameter, ResourceNotFound, VerificationFailed
from windsock.services.sns.limits import PAGE_SIZE
from windsock.services.sns.messages import Message
from windsock.services.sns.pages import rows_after
from windsock.services.sns.pushes import keep_push
from windsock.services.sns.tables import sandbox_numbers as table
from windsock.store.schema import in_scope
from windsock.store.statements import Statement, upsert

_OF = sa.and_(
    *in_scope(table),
    table.c.phone_number == sa.bindparam("of_number"),
)
_FIND = Statement(sa.select(table).where(_OF))
_PUT = Statement(upsert(table, "language", "status", "password"))
_VERIFY = Statement(sa.update(table).where(_OF).values(status="Verified"))
_DELETE = Statement(sa.delete(table).where(_OF))
_PAGE = Statement(
    sa.select(table.c.phone_number, table.c.status)
    .where(
        *in_scope(table),
        table.c.phone_number > sa.bindparam("after"),
    )
    .order_by(table.c.phone_number)
    .limit(PAGE_SIZE + 1)
)


@query("GetSMSSandboxAccountStatus")
def get_sms_sandbox_account_status(ctx: Query, params: Params) -> Result:
    """Whether messages go to verified numbers only: never here."""
    return {"IsInSandbox": False}


@query("ListOriginationNumbers")
def list_origination_numbers(ctx: Query, params: Params) -> Result:
    """The numbers messages are sent from: none without a provider."""
    return {"PhoneNumbers": []}


@command("CreateSMSSandboxPhoneNumber")
def create_sms_sandbox_phone_number(ctx: Command, params: Params) -> Result:
    """Add a number and send it a password."""
    number = required(params, "PhoneNumber")
    if not is_phone_number(number):
        raise InvalidParameter("PhoneNumber Reason: input incorrectly formatted")
    password = f"{secrets.randbelow(1_000_000):06d}"
    ctx.tx.execute(
        _PUT,
        {
            **ctx.scope.columns,
            "phone_number": number,
            "language": params.get("LanguageCode") or "en-US",
            "status": "Pending",
            "password": password,
        },
    )
    text = f"Your verification code is {password}"
    message = Message(uuid4(), "", text, None, None, {}, ctx.now_ms, endpoint_of(ctx), "", "")
    keep_push(ctx.engine, ctx.tx, ctx.scope, "sms", number, message)
    return {}


@command("VerifySMSSandboxPhoneNumber")
def verify_sms_sandbox_phone_number(ctx: Command, params: Params) -> Result:
    """Prove with the password that a number is one's own."""
    number = required(params, "PhoneNumber")
    if _existing(ctx, number).password != required(params, "OneTimePassword"):
        raise VerificationFailed("The one-time password is not the one that was sent")
    ctx.tx.execute(_VERIFY, _values(ctx, number))
    return {}


@command("DeleteSMSSandboxPhoneNumber")
def delete_sms_sandbox_phone_number(ctx: Command, params: Params) -> Result:
    """Remove a number."""
    number = required(params, "PhoneNumber")
    _existing(ctx, number)
    ctx.tx.execute(_DELETE, _values(ctx, number))
    return {}


@query("ListSMSSandboxPhoneNumbers")
def list_sms_sandbox_phone_numbers(ctx: Query, params: Params) -> Result:
    """The numbers, a hundred a page."""
    rows = ctx.tx.rows(_PAGE, rows_after(ctx.scope, params.get("NextToken")))
    return page(
        "PhoneNumbers", rows, PAGE_SIZE, lambda row: row.phone_number,
        lambda row: {"PhoneNumber": row.phone_number, "Status": row.status},
    )  # fmt: skip


def _existing(ctx: Command, number: str) -> Any:
    row = ctx.tx.row(_FIND, _values(ctx, number))
    if row is None:
        raise ResourceNotFound("Phone number does not exist")
    return row


def _values(ctx: Command, number: str) -> dict[str, str]:
    return {**ctx.scope.columns, "of_number": number}
