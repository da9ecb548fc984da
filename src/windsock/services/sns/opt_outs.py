"""Phone numbers whose owners want no text messages.

Source: https://docs.aws.amazon.com/sns/latest/dg/sms_manage.html
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.scope import Scope
from windsock.services.sns.arns import required
from windsock.services.sns.endpoints import is_phone_number
from windsock.services.sns.errors import InvalidParameter
from windsock.services.sns.limits import PAGE_SIZE
from windsock.services.sns.pages import rows_after
from windsock.services.sns.tables import opted_out_numbers as table
from windsock.store.schema import in_scope
from windsock.store.statements import Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF = sa.and_(
    *in_scope(table),
    table.c.phone_number == sa.bindparam("phone_number"),
)
_FIND = Statement(sa.select(table).where(_OF))
_PUT = Statement(upsert(table))
_DELETE = Statement(sa.delete(table).where(_OF))
_PAGE = Statement(
    sa.select(table.c.phone_number)
    .where(
        *in_scope(table),
        table.c.phone_number > sa.bindparam("after"),
    )
    .order_by(table.c.phone_number)
    .limit(PAGE_SIZE + 1)
)


def is_opted_out(tx: Snapshot, scope: Scope, number: str) -> bool:
    """Whether the owner of a number wants no messages."""
    return tx.row(_FIND, _values(scope, number)) is not None


def opt_out(tx: Transaction, scope: Scope, number: str) -> None:
    """What the owner's answer STOP does."""
    tx.execute(_PUT, _values(scope, number))


@query("CheckIfPhoneNumberIsOptedOut")
def check_if_phone_number_is_opted_out(ctx: Query, params: Params) -> Result:
    """Whether a number is opted out."""
    return {"isOptedOut": is_opted_out(ctx.tx, ctx.scope, _number(params))}


@query("ListPhoneNumbersOptedOut")
def list_phone_numbers_opted_out(ctx: Query, params: Params) -> Result:
    """The numbers that are opted out, a hundred a page."""
    rows = ctx.tx.rows(_PAGE, rows_after(ctx.scope, params.get("nextToken")))
    numbers = [row.phone_number for row in rows]
    return page("phoneNumbers", numbers, PAGE_SIZE, str, str, next_member="nextToken")


@command("OptInPhoneNumber")
def opt_in_phone_number(ctx: Command, params: Params) -> Result:
    """Take a number off the list."""
    ctx.tx.execute(_DELETE, _values(ctx.scope, _number(params)))
    return {}


def _number(params: Params) -> str:
    number = required(params, "phoneNumber")
    if not is_phone_number(number):
        raise InvalidParameter("PhoneNumber Reason: input incorrectly formatted")
    return number


def _values(scope: Scope, number: str) -> dict[str, str]:
    return {**scope.columns, "phone_number": number}
