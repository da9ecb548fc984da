"""The meaning of "public": whether a policy lets in whoever comes.

A policy is public unless each statement that allows something to everybody is bound, by a condition, to
values that are fixed: without a wildcard or a variable.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Mapping
from typing import Any, Final

import orjson

# Operators whose condition holds only for the values they list.
_LIMITING: Final = (
    "stringequals",
    "stringequalsignorecase",
    "stringlike",
    "arnequals",
    "arnlike",
    "ipaddress",
)
_FIXED_BY: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
# The account of an access point must be fixed, its name need not be.
_ACCESS_POINT: Final = "s3:dataaccesspointarn"
_ADDRESS: Final = "aws:sourceip"
# Ranges that are wider are as good as everybody, but for those of private networks (RFC 1918).
_WIDEST_4: Final = 8
_WIDEST_6: Final = 32
_PRIVATE: Final = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_POLICIES_REMEMBERED: Final = 512


@functools.lru_cache(_POLICIES_REMEMBERED)
def is_public(policy: str) -> bool:
    """Whether a policy (valid, as JSON text) is public."""
    return any(map(_is_open, statements_of(policy)))


def statements_of(policy: str) -> list[Mapping[str, Any]]:
    """The statements of a policy."""
    statements = orjson.loads(policy)["Statement"]
    return statements if isinstance(statements, list) else [statements]


def _is_open(statement: Mapping[str, Any]) -> bool:
    if statement["Effect"] != "Allow" or not _is_for_everybody(statement):
        return False
    return not any(
        _is_fixed(key.lower(), _listed(values))
        for operator, keys in statement.get("Condition", {}).items()
        if operator.lower().removeprefix("foranyvalue:") in _LIMITING
        for key, values in keys.items()
    )


def _is_for_everybody(statement: Mapping[str, Any]) -> bool:
    if "NotPrincipal" in statement:
        return True
    principal = statement["Principal"]
    named = principal if isinstance(principal, str) else principal.get("AWS", ())
    return "*" in _listed(named)


def _is_fixed(key: str, values: list[str]) -> bool:
    if key == _ADDRESS:
        return all(map(_is_narrow, values))
    if key == _ACCESS_POINT:
        return all(_plain(":".join(value.split(":")[:5])) for value in values)
    if key == "aws:userid":
        # Of the sessions of a role all may be meant.
        values = [value.removesuffix(":*") for value in values]
    return key in _FIXED_BY and all(map(_plain, values))


def _plain(value: str) -> bool:
    return not any(sign in value for sign in ("*", "?", "${"))


def _is_narrow(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    if isinstance(network, ipaddress.IPv6Network):
        return network.prefixlen >= _WIDEST_6
    return network.prefixlen >= _WIDEST_4 or any(map(network.subnet_of, _PRIVATE))


def _listed(values: Any) -> list[str]:
    return [str(value) for value in (values if isinstance(values, list | tuple) else [values])]
