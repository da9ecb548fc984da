"""SAML 2.0 providers.

Sources: API_CreateSAMLProvider and the pages of the other operations beside it below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import NotImplementedOperation
from windsock.services.iam.errors import EntityAlreadyExists, InvalidInput
from windsock.services.iam.identity_providers import ProviderKind, details_of
from windsock.services.iam.names import unique_id
from windsock.services.iam.tag_sets import new_tags
from windsock.store.statements import Row

SAML: Final = ProviderKind("saml-provider", "SAMLProviderArn", "Manifest not found for arn {arn}")

# A document that says nothing else is good for a hundred years.
_VALID_MS: Final = 100 * 365 * 86_400_000


@command("CreateSAMLProvider")
def create_saml_provider(ctx: Command, params: Params) -> Result:
    """Know a provider by the metadata document it issued."""
    name, tags = params["Name"], new_tags(params)
    if SAML.find(ctx, name) is not None:
        raise EntityAlreadyExists(f"SAMLProvider {SAML.arn(ctx.scope, name)} already exists.")
    _check_encryption(ctx, params)
    details = {
        **_read(params["SAMLMetadataDocument"]),
        "uuid": unique_id("ASPA"),
        "encryption": params.get("AssertionEncryptionMode", "Allowed"),
    }
    SAML.insert(ctx, name, details, tags)
    tagged = params.get("Tags")
    return {"SAMLProviderArn": SAML.arn(ctx.scope, name), **({"Tags": tagged} if tagged else {})}


@query("GetSAMLProvider")
def get_saml_provider(ctx: Query, params: Params) -> Result:
    """A provider with its metadata document."""
    row = SAML.of(ctx, params)
    details = details_of(row)
    return {
        **_dates(row),
        "SAMLProviderUUID": details["uuid"],
        "SAMLMetadataDocument": details["metadata"],
        "AssertionEncryptionMode": details["encryption"],
        "PrivateKeyList": [],
        "Tags": tag_list(row.tags),
    }


@query("ListSAMLProviders")
def list_saml_providers(ctx: Query, params: Params) -> Result:
    """All providers."""
    return {
        "SAMLProviderList": [{"Arn": SAML.arn(ctx.scope, row.name), **_dates(row)} for row in SAML.all(ctx)]
    }


@command("UpdateSAMLProvider")
def update_saml_provider(ctx: Command, params: Params) -> Result:
    """Replace the metadata document, whether assertions must be encrypted, or both."""
    row = SAML.of(ctx, params)
    _check_encryption(ctx, params)
    details = details_of(row)
    if "SAMLMetadataDocument" in params:
        details |= _read(params["SAMLMetadataDocument"])
    details["encryption"] = params.get("AssertionEncryptionMode", details["encryption"])
    SAML.set_details(ctx, row, details)
    return {"SAMLProviderArn": params[SAML.member]}


@command("DeleteSAMLProvider")
def delete_saml_provider(ctx: Command, params: Params) -> Result:
    """Delete a provider."""
    SAML.delete(ctx, SAML.of(ctx, params))
    return None


def _read(document: str) -> dict[str, Any]:
    """What is kept of a metadata document. Raises InvalidInput for one that names no provider and its key."""
    # Few accounts have such providers, and lxml takes a while to load.
    from windsock.languages.saml import SamlError, read_metadata

    try:
        metadata = read_metadata(document)
    except SamlError as error:
        raise InvalidInput("Could not parse metadata") from error
    return {"metadata": document, "until_ms": metadata.valid_until_ms}


def _check_encryption(ctx: Command, params: Params) -> None:
    """Keys to decrypt assertions with are not there, so encryption cannot be asked for either."""
    if "AddPrivateKey" in params or "RemovePrivateKey" in params:
        raise NotImplementedOperation("iam", f"{ctx.call.operation} with private keys")
    if params.get("AssertionEncryptionMode") == "Required":
        raise InvalidInput(
            "Unable to set assertion encryption mode to Required because no private key is provided."
        )


def _dates(row: Row) -> dict[str, Any]:
    until_ms = details_of(row).get("until_ms") or row.created_ms + _VALID_MS
    return {"CreateDate": to_datetime(row.created_ms), "ValidUntil": to_datetime(until_ms)}
