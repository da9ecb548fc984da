"""The account's limits and what it uses.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.operations import Params, Query, Result, query
from windsock.services.lambda_.concurrency_gate import reserved_in_all
from windsock.services.lambda_.limits import (
    ACCOUNT_CONCURRENCY,
    CODE_STORAGE_BYTES,
    UNZIPPED_BYTES,
    ZIPPED_BYTES,
)
from windsock.services.lambda_.packages import stored_bytes
from windsock.services.lambda_.tables import functions
from windsock.store.statements import Statement

_COUNT = Statement(
    sa.select(sa.func.count())
    .select_from(functions)
    .where(functions.c.account == sa.bindparam("account"), functions.c.region == sa.bindparam("region"))
)


@query("GetAccountSettings")
def get_account_settings(ctx: Query, params: Params) -> Result:
    """Limits, and how much code there is."""
    scope = {"account": ctx.scope.account, "region": ctx.scope.region}
    return {
        "AccountLimit": {
            "TotalCodeSize": CODE_STORAGE_BYTES,
            "CodeSizeUnzipped": UNZIPPED_BYTES,
            "CodeSizeZipped": ZIPPED_BYTES,
            "ConcurrentExecutions": ACCOUNT_CONCURRENCY,
            "UnreservedConcurrentExecutions": ACCOUNT_CONCURRENCY - reserved_in_all(ctx.tx, ctx.scope),
        },
        "AccountUsage": {
            "TotalCodeSize": stored_bytes(ctx.tx, ctx.scope),
            "FunctionCount": ctx.tx.scalar(_COUNT, scope),
        },
    }
