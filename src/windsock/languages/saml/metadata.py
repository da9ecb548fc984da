"""The metadata document of an identity provider.

Source: https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography import x509

from windsock.languages.saml.documents import Element, children, instant_ms, parse, tag, text_of
from windsock.languages.saml.errors import SamlError


@dataclass(frozen=True)
class Metadata:
    """Who a provider is (`entity_id`), its certificates, and when its document ends, if ever."""

    entity_id: str
    certificates: tuple[x509.Certificate, ...]
    valid_until_ms: int | None


def read_metadata(document: str) -> Metadata:
    """What a metadata document says. Raises SamlError for one without an identity provider that signs."""
    root = parse(document.strip().encode())
    entity = _entity(root)
    until = [instant_ms(each.get("validUntil")) for each in {root, entity}]
    certificates = tuple(
        _certificate(text_of(each))
        for key in children(entity, "md:IDPSSODescriptor", "md:KeyDescriptor")
        if key.get("use", "signing") == "signing"
        for each in children(key, "ds:KeyInfo", "ds:X509Data", "ds:X509Certificate")
    )
    if not certificates:
        raise SamlError("no certificate that is for signing")
    entity_id = entity.get("entityID")
    if not entity_id:
        raise SamlError("no entityID")
    return Metadata(entity_id, certificates, min((each for each in until if each), default=None))


def _entity(root: Element) -> Element:
    """The entity that is an identity provider: the document's root, or the first such in a federation's."""
    entities = [root] if root.tag == tag("md:EntityDescriptor") else children(root, "md:EntityDescriptor")
    for entity in entities:
        if children(entity, "md:IDPSSODescriptor"):
            return entity
    raise SamlError("no identity provider")


def _certificate(text: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
    except ValueError as error:
        raise SamlError(f"a certificate cannot be read: {error}") from error
