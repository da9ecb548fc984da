"""Responses of identity providers, and what their assertion says.

Only what a signature covers is looked at: the element that the verifier gives back is parsed from the very
bytes that were signed, and must be the whole response or the whole assertion. So an assertion that was moved
about or put beside a signed one is not seen. The provider's certificates are trusted for their keys, whatever
dates they bear, as is usual where they come with metadata.
Sources: https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf and
https://docs.oasis-open.org/security/saml/Post2.0/sstc-metadata-iop.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from windsock.languages.saml.documents import Element, child, children, instant_ms, parse, tag, text_of
from windsock.languages.saml.errors import (
    EncryptedAssertion,
    FailedAuthentication,
    InvalidSignature,
    SamlError,
)
from windsock.languages.saml.metadata import Metadata

_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"


@dataclass(frozen=True)
class Assertion:
    """What a provider asserts of a user. Instants are in milliseconds, None where none is given.

    `subject` is the name id and `subject_format` its format. `confirmed_until_ms` bounds handing it in, at
    the `recipient`; `not_before_ms` and `not_after_ms` are its conditions. `attributes` hold all values of a
    name.
    """

    issuer: str
    issued_ms: int | None
    subject: str
    subject_format: str
    recipient: str
    confirmed_until_ms: int | None
    not_before_ms: int | None
    not_after_ms: int | None
    session_until_ms: int | None
    audiences: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]


def read_response(document: bytes, provider: Metadata) -> Assertion:
    """The assertion of a response. Raises SamlError, which says more of what is wrong by its class."""
    response = parse(document)
    if response.tag != tag("samlp:Response"):
        raise SamlError("no SAML response")
    status = child(response, "samlp:Status", "samlp:StatusCode")
    if status is None or status.get("Value") != _SUCCESS:
        raise FailedAuthentication("the provider tells no success")
    if children(response, "saml:EncryptedAssertion"):
        raise EncryptedAssertion("the assertion is encrypted")
    assertion = child(response, "saml:Assertion")
    if assertion is None:
        raise SamlError("no assertion")
    for element in (response, assertion):
        signed = _signed(element, provider)
        if signed is not None:
            found = child(signed, "saml:Assertion") if element is response else signed
            if found is not None:
                return _read(found)
    raise InvalidSignature("neither the response nor the assertion is signed by the provider")


def _signed(element: Element, provider: Metadata) -> Element | None:
    """An element as the provider signed it, with a signature that stands right in it; None without one."""
    if not children(element, "ds:Signature"):
        return None
    alone = etree.tostring(element, with_tail=False)
    for certificate in provider.certificates:
        signed = _verified(alone, certificate)
        if signed is not None and signed.tag == element.tag and signed.get("ID") == element.get("ID"):
            return signed
    return None


def _verified(document: bytes, certificate: x509.Certificate) -> Element | None:
    configuration = SignatureConfiguration(
        location="./", verification_time=certificate.not_valid_before_utc, ignore_ambiguous_key_info=True
    )
    try:
        result = XMLVerifier().verify(document, x509_cert=certificate, expect_config=configuration)
    except (SignXMLException, etree.Error, ValueError):
        return None
    return result.signed_xml if isinstance(result, VerifyResult) else None


def _read(assertion: Element) -> Assertion:
    subject = child(assertion, "saml:Subject")
    if subject is None:
        raise SamlError("no subject")
    name = child(subject, "saml:NameID")
    confirmation = child(subject, "saml:SubjectConfirmation", "saml:SubjectConfirmationData")
    conditions = child(assertion, "saml:Conditions")
    logins = children(assertion, "saml:AuthnStatement")
    sessions = [instant_ms(each.get("SessionNotOnOrAfter")) for each in logins]
    audiences = children(assertion, "saml:Conditions", "saml:AudienceRestriction", "saml:Audience")
    confirmed: Mapping[str, str] = {} if confirmation is None else confirmation.attrib
    bounds: Mapping[str, str] = {} if conditions is None else conditions.attrib
    return Assertion(
        issuer=text_of(child(assertion, "saml:Issuer")),
        issued_ms=instant_ms(assertion.get("IssueInstant")),
        subject=text_of(name),
        subject_format="" if name is None else name.get("Format", ""),
        recipient=confirmed.get("Recipient", ""),
        confirmed_until_ms=instant_ms(confirmed.get("NotOnOrAfter")),
        not_before_ms=instant_ms(bounds.get("NotBefore")),
        not_after_ms=instant_ms(bounds.get("NotOnOrAfter")),
        session_until_ms=min((each for each in sessions if each is not None), default=None),
        audiences=tuple(map(text_of, audiences)),
        attributes=dict(_attributes(assertion)),
    )


def _attributes(assertion: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    for attribute in children(assertion, "saml:AttributeStatement", "saml:Attribute"):
        yield attribute.get("Name", ""), tuple(map(text_of, children(attribute, "saml:AttributeValue")))
