"""Which version a qualifier means: a number, `$LATEST`, or the one an alias points to.

Source: "Using aliases in canary deployments",
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

import zlib

import orjson

from windsock.services.lambda_.alias_rows import find_alias
from windsock.services.lambda_.errors import alias_not_found, function_not_found
from windsock.services.lambda_.function_rows import require_version
from windsock.services.lambda_.names import LATEST, FunctionName, is_version
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

_UINT32 = 2**32


def version_of(tx: Snapshot, named: FunctionName, request_id: str | None = None) -> Row:
    """The row of the version a call means. Raises ResourceNotFound.

    An alias with weights is drawn by the request's id, so that a request that is made again gets
    the same version; without one it is the alias's main version.
    """
    qualifier = named.qualifier
    if qualifier is None or qualifier == LATEST or is_version(qualifier):
        return require_version(tx, named, qualifier or LATEST)
    alias = find_alias(tx, named, qualifier)
    if alias is None:
        raise function_not_found(named.arn)
    version = alias.version if request_id is None else _drawn(alias, request_id)
    return require_version(tx, named, version)


def require_qualifier(tx: Snapshot, named: FunctionName) -> None:
    """Raises ResourceNotFound unless the function has the alias or version that was named."""
    qualifier = named.qualifier
    if qualifier is None or qualifier == LATEST or is_version(qualifier):
        require_version(tx, named, qualifier or LATEST)
    elif find_alias(tx, named, qualifier) is None:
        raise function_not_found(named.arn) if "$" in qualifier else alias_not_found(named.arn)


def _drawn(alias: Row, request_id: str) -> str:
    weights: dict[str, float] = orjson.loads(alias.weights)
    draw = zlib.crc32(request_id.encode()) / _UINT32
    for version, weight in weights.items():
        if draw < weight:
            return version
        draw -= weight
    main: str = alias.version
    return main
