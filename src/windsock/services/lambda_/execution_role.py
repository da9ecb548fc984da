"""Calls that Lambda makes for a function, which it makes as the function's execution role.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from __future__ import annotations

from typing import Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.services.lambda_.function_rows import find_version
from windsock.services.lambda_.names import FunctionName

PRINCIPAL: Final = "lambda.amazonaws.com"


def as_function(engine: Engine, named: FunctionName) -> Caller:
    """The caller for what a function does; Lambda itself once the function is gone."""
    row = engine.store.read(lambda tx: find_version(tx, named))
    if row is None:
        return Caller.service(PRINCIPAL, named.scope.account)
    role = role_of(named, orjson.loads(row.configuration)["Role"])
    return Caller.role(role, named.scope.account, PRINCIPAL, named.unqualified_arn)


def role_of(named: FunctionName, role_arn: str) -> str:
    """The ARN of a function's role, which can only be of the function's account.

    Where one was made up with another account, the function's own is meant.
    """
    parts = role_arn.split(":", 5)
    parts[4] = named.scope.account
    return ":".join(parts)
