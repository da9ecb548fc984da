"""The parameters of connections: what is taken, what an update leaves, and what may be shown.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnectionAuthRequestParameters.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.kernel.errors import ValidationError

OAUTH: Final = "OAUTH_CLIENT_CREDENTIALS"

BLOCKS: Final[Mapping[str, str]] = {
    "BASIC": "BasicAuthParameters",
    "API_KEY": "ApiKeyAuthParameters",
    OAUTH: "OAuthParameters",
}
_HTTP_LISTS: Final = ("HeaderParameters", "QueryStringParameters", "BodyParameters")
_SECRETS: Final = frozenset({"Password", "ApiKeyValue", "ClientSecret"})
_COMPLETE: Final[Mapping[str, tuple[str, ...]]] = {
    "BASIC": ("Username", "Password"),
    "API_KEY": ("ApiKeyName", "ApiKeyValue"),
    OAUTH: ("ClientParameters", "AuthorizationEndpoint", "HttpMethod"),
}


def checked(authorization_type: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """AuthParameters as they are kept. Raises ValidationError when they do not fit the type."""
    if "ConnectivityParameters" in given:
        raise ValidationError("windsock does not reach authorization servers through VPC Lattice.")
    wanted = BLOCKS[authorization_type]
    others = [block for block in BLOCKS.values() if block != wanted and block in given]
    if others:
        raise ValidationError(
            f"Parameter(s) {', '.join(others)} not supported for AuthorizationType {authorization_type}."
        )
    block = given.get(wanted)
    if block is None or any(member not in block for member in _COMPLETE[authorization_type]):
        raise ValidationError(
            f"Parameter(s) {wanted} must be specified for AuthorizationType {authorization_type}."
        )
    kept = {wanted: block}
    if "InvocationHttpParameters" in given:
        kept["InvocationHttpParameters"] = given["InvocationHttpParameters"]
    return kept


def updated(authorization_type: str, kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """AuthParameters after an update that names only what changes. Raises ValidationError."""
    block = BLOCKS[authorization_type]
    merged = {**{name: kept[name] for name in (block, "InvocationHttpParameters") if name in kept}, **given}
    if block in kept and block in given:
        merged[block] = {**kept[block], **given[block]}
        if "ClientParameters" in given[block]:
            merged[block]["ClientParameters"] = {
                **kept[block]["ClientParameters"],
                **given[block]["ClientParameters"],
            }
    return checked(authorization_type, merged)


def shown(value: Any) -> Any:
    """Parameters as they may be answered: without what is secret."""
    if isinstance(value, list):
        return [shown(each) for each in value]
    if not isinstance(value, dict):
        return value
    hidden = {"Value"} if value.get("IsValueSecret") else _SECRETS
    return {name: shown(each) for name, each in value.items() if name not in hidden}


def http_parameters(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Http parameters by the list they stand in: `{"HeaderParameters": {key: value}, ...}`, all three."""
    return {
        name: {each["Key"]: each.get("Value", "") for each in given.get(name, ()) if each.get("Key")}
        for name in _HTTP_LISTS
    }
