"""A SAML identity provider: its metadata document and what it signs."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.signer import XMLSigner

SIGN_IN = "https://signin.aws.amazon.com/saml"
ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_NAMESPACES = (
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
)


@dataclasses.dataclass(frozen=True)
class Login:
    """What the provider asserts; `attributes` are by their whole names."""

    issued: datetime
    attributes: Mapping[str, Sequence[str]]
    subject: str = "ada"
    audience: str = SIGN_IN
    recipient: str = SIGN_IN
    issuer: str = "https://idp.example/saml"
    valid: timedelta = timedelta(minutes=5)
    not_before: timedelta = timedelta()
    session: timedelta | None = None
    status: str = SUCCESS


class SamlIdp:
    """Signs with a key of its own."""

    entity_id = "https://idp.example/saml"

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def certificate(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
        begin = datetime(2016, 1, 1, tzinfo=UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=365))
            .sign(self._key, hashes.SHA256())
        )

    def metadata(self, **attributes: str) -> str:
        """The metadata document, with further attributes of its root."""
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        further = "".join(f' {name}="{value}"' for name, value in attributes.items())
        return (
            f'<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
            f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{self.entity_id}"{further}>'
            '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n'
            f"{base64.encodebytes(der).decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
            "</md:KeyDescriptor><md:SingleSignOnService "
            'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/>'
            "</md:IDPSSODescriptor></md:EntityDescriptor>"
        )

    def response(self, login: Login, *, sign: str = "assertion") -> Any:
        """A response as XML, in which the `assertion`, the `response`, or nothing (``) is signed."""
        assertion = etree.fromstring(_assertion(login))
        if sign == "assertion":
            assertion = self._signed(assertion)
        response = etree.fromstring(
            f'<samlp:Response {_NAMESPACES} ID="_response" Version="2.0" IssueInstant="{_iso(login.issued)}">'
            f"<saml:Issuer>{login.issuer}</saml:Issuer><samlp:Status>"
            f'<samlp:StatusCode Value="{login.status}"/></samlp:Status></samlp:Response>'
        )
        response.append(assertion)
        return self._signed(response) if sign == "response" else response

    def _signed(self, element: Any) -> Any:
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.RSA_SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        return signer.sign(
            element, key=self._key, cert=[self.certificate], reference_uri=f"#{element.get('ID')}"
        )


def encoded(response: Any) -> str:
    """A response as clients hand it in."""
    return base64.b64encode(etree.tostring(response)).decode()


def _assertion(login: Login) -> str:
    issued, until = _iso(login.issued), _iso(login.issued + login.valid)
    session = "" if login.session is None else f' SessionNotOnOrAfter="{_iso(login.issued + login.session)}"'
    attributes = "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in login.attributes.items()
    )
    return (
        f'<saml:Assertion {_NAMESPACES} ID="_assertion" Version="2.0" IssueInstant="{issued}">'
        f"<saml:Issuer>{login.issuer}</saml:Issuer><saml:Subject>"
        f'<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{login.subject}'
        '</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f'<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{login.recipient}"/>'
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{_iso(login.issued + login.not_before)}" NotOnOrAfter="{until}">'
        f"<saml:AudienceRestriction><saml:Audience>{login.audience}</saml:Audience>"
        f"</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement"
        f' AuthnInstant="{issued}"{session}/>'
        f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
    )


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
