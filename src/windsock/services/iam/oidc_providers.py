"""OpenID Connect providers, such as the one of a CI service.

Sources: API_CreateOpenIDConnectProvider and the pages of the other operations beside it below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list
from windsock.kernel.clock import to_datetime
from windsock.services.iam.errors import (
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    ValidationError,
)
from windsock.services.iam.identity_providers import ProviderKind, details_of
from windsock.services.iam.limits import OIDC_CLIENT_IDS, OIDC_THUMBPRINTS
from windsock.services.iam.tag_sets import new_tags

OIDC: Final = ProviderKind(
    "oidc-provider", "OpenIDConnectProviderArn", "OpenIDConnect Provider not found for arn {arn}"
)


@command("CreateOpenIDConnectProvider")
def create_open_id_connect_provider(ctx: Command, params: Params) -> Result:
    """Know a provider by its URL. Thumbprints are taken as they are: nobody is asked for a certificate."""
    url, tags = params["Url"], new_tags(params)
    name = _name_of(url)
    clients = list(dict.fromkeys(params.get("ClientIDList") or ()))
    thumbprints = _thumbprints(params.get("ThumbprintList") or ())
    if len(clients) > OIDC_CLIENT_IDS:
        raise LimitExceeded.of("ClientIdsPerOpenIdConnectProvider", OIDC_CLIENT_IDS)
    if OIDC.find(ctx, name) is not None:
        raise EntityAlreadyExists(f"Provider with url {url} already exists.")
    OIDC.insert(ctx, name, {"clients": clients, "thumbprints": thumbprints}, tags)
    tagged = params.get("Tags")
    return {"OpenIDConnectProviderArn": OIDC.arn(ctx.scope, name), **({"Tags": tagged} if tagged else {})}


@query("GetOpenIDConnectProvider")
def get_open_id_connect_provider(ctx: Query, params: Params) -> Result:
    """A provider, with the client ids that it may vouch to."""
    row = OIDC.of(ctx, params)
    details = details_of(row)
    return {
        "Url": row.name,
        "ClientIDList": details["clients"],
        "ThumbprintList": details["thumbprints"],
        "CreateDate": to_datetime(row.created_ms),
        "Tags": tag_list(row.tags),
    }


@query("ListOpenIDConnectProviders")
def list_open_id_connect_providers(ctx: Query, params: Params) -> Result:
    """The ARNs of all providers."""
    return {"OpenIDConnectProviderList": [{"Arn": OIDC.arn(ctx.scope, row.name)} for row in OIDC.all(ctx)]}


@command("AddClientIDToOpenIDConnectProvider")
def add_client_id(ctx: Command, params: Params) -> Result:
    """Let a provider vouch to one more client; one that is there stays."""
    row = OIDC.of(ctx, params)
    details = details_of(row)
    clients = list(dict.fromkeys([*details["clients"], params["ClientID"]]))
    if len(clients) > OIDC_CLIENT_IDS:
        raise LimitExceeded.of("ClientIdsPerOpenIdConnectProvider", OIDC_CLIENT_IDS)
    OIDC.set_details(ctx, row, {**details, "clients": clients})
    return None


@command("RemoveClientIDFromOpenIDConnectProvider")
def remove_client_id(ctx: Command, params: Params) -> Result:
    """Let a provider vouch to a client no more; one that is not there is no error."""
    row = OIDC.of(ctx, params)
    details = details_of(row)
    clients = [client for client in details["clients"] if client != params["ClientID"]]
    OIDC.set_details(ctx, row, {**details, "clients": clients})
    return None


@command("UpdateOpenIDConnectProviderThumbprint")
def update_thumbprints(ctx: Command, params: Params) -> Result:
    """Replace the thumbprints."""
    row = OIDC.of(ctx, params)
    thumbprints = _thumbprints(params["ThumbprintList"])
    OIDC.set_details(ctx, row, {**details_of(row), "thumbprints": thumbprints})
    return None


@command("DeleteOpenIDConnectProvider")
def delete_open_id_connect_provider(ctx: Command, params: Params) -> Result:
    """Delete a provider."""
    arn = params[OIDC.member]
    try:
        row = OIDC.of(ctx, params)
    except NoSuchEntity as error:
        raise NoSuchEntity(f"OpenId connect Provider {arn} cannot be found.") from error
    OIDC.delete(ctx, row)
    return None


def _name_of(url: str) -> str:
    """What the ARN ends in: the URL without `https://`. It may have a path, but no query."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ValidationError("Invalid Open ID Connect Provider URL")
    return url.removeprefix("https://")


def _thumbprints(thumbprints: Sequence[str]) -> list[str]:
    if len(thumbprints) > OIDC_THUMBPRINTS:
        raise InvalidInput(f"Thumbprint list must contain fewer than {OIDC_THUMBPRINTS} entries.")
    return list(thumbprints)
