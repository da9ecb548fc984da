"""SAML documents of strangers: what counts as signed, and what is never looked at."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree
from tests.saml_idp import Login, SamlIdp

from windsock.languages.saml import (
    EncryptedAssertion,
    FailedAuthentication,
    InvalidSignature,
    SamlError,
    read_metadata,
    read_response,
)

IDP, OTHER = SamlIdp(), SamlIdp()
PROVIDER = read_metadata(IDP.metadata())
LOGIN = Login(datetime(2017, 1, 2, tzinfo=UTC), {"mail": ["ada@example.com"], "groups": ["a", "b"]})
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"


@pytest.mark.parametrize("sign", ["assertion", "response"])
def test_what_is_signed_is_read(sign: str) -> None:
    read = read_response(etree.tostring(IDP.response(LOGIN, sign=sign)), PROVIDER)
    assert (read.issuer, read.subject, read.recipient) == (LOGIN.issuer, "ada", LOGIN.recipient)
    assert read.attributes == {"mail": ("ada@example.com",), "groups": ("a", "b")}
    assert read.audiences == (LOGIN.audience,)
    assert read.issued_ms == 1_483_315_200_000
    assert read.confirmed_until_ms == read.not_after_ms == 1_483_315_500_000


def changed(response: Any) -> None:
    """Another subject under the old signature."""
    response.find(f".//{ASSERTION}NameID").text = "root"


def second_beside(response: Any) -> None:
    """A forged assertion before the signed one."""
    response.insert(0, forged(response))


def signed_in_extensions(response: Any) -> None:
    """The signed assertion moved where nobody looks, a forged one in its place."""
    signed = response.find(f"{ASSERTION}Assertion")
    response.replace(signed, forged(response))
    extensions = etree.SubElement(response, "{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extensions.append(signed)


def signed_inside(response: Any) -> None:
    """The signed assertion inside a forged one, which also bears its signature."""
    signed = response.find(f"{ASSERTION}Assertion")
    outer = forged(response)
    response.replace(signed, outer)
    signature = signed.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    outer.insert(1, copy.deepcopy(signature))
    etree.SubElement(outer, f"{ASSERTION}Advice").append(signed)


def same_id_inside(response: Any) -> None:
    """The same, under the same ID."""
    signed_inside(response)
    response.find(f"{ASSERTION}Assertion").set("ID", "_assertion")


def forged(response: Any) -> Any:
    assertion = copy.deepcopy(response.find(f"{ASSERTION}Assertion"))
    assertion.remove(assertion.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
    assertion.set("ID", "_forged")
    assertion.find(f".//{ASSERTION}NameID").text = "root"
    return assertion


@pytest.mark.parametrize(
    "attack", [changed, second_beside, signed_in_extensions, signed_inside, same_id_inside]
)
def test_what_was_tampered_with_is_refused(attack: Callable[[Any], None]) -> None:
    response = IDP.response(LOGIN)
    attack(response)
    with pytest.raises(SamlError):
        read_response(etree.tostring(response), PROVIDER)


def test_a_comment_does_not_shorten_a_name() -> None:
    """Signatures do not cover comments: one in a name must not hide the rest of it."""
    document = etree.tostring(IDP.response(LOGIN)).replace(b">ada<", b">a<!-- -->da<")
    assert read_response(document, PROVIDER).subject == "ada"


@pytest.mark.parametrize("response", [IDP.response(LOGIN, sign=""), OTHER.response(LOGIN)])
def test_what_the_provider_did_not_sign(response: Any) -> None:
    with pytest.raises(InvalidSignature):
        read_response(etree.tostring(response), PROVIDER)


def test_a_user_who_is_not_authenticated() -> None:
    failed = Login(LOGIN.issued, {}, status="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
    with pytest.raises(FailedAuthentication):
        read_response(etree.tostring(IDP.response(failed)), PROVIDER)


def test_an_encrypted_assertion() -> None:
    response = IDP.response(LOGIN)
    etree.SubElement(response, f"{ASSERTION}EncryptedAssertion")
    with pytest.raises(EncryptedAssertion):
        read_response(etree.tostring(response), PROVIDER)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"no xml",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    ],
)
def test_what_is_no_response(document: bytes) -> None:
    with pytest.raises(SamlError):
        read_response(document, PROVIDER)


def test_metadata() -> None:
    assert PROVIDER.entity_id == "https://idp.example/saml"
    assert PROVIDER.certificates == (IDP.certificate,)
    assert PROVIDER.valid_until_ms is None
    assert read_metadata(IDP.metadata(validUntil="2018-01-01T00:00:00Z")).valid_until_ms == 1_514_764_800_000


@pytest.mark.parametrize(
    "document",
    [
        "<EntityDescriptor/>",
        "text",
        IDP.metadata().replace("IDPSSODescriptor", "SPSSODescriptor"),
        IDP.metadata().replace("X509Certificate", "Other"),
        IDP.metadata().replace("MII", "M I"),
        IDP.metadata().replace("entityID", "other"),
        IDP.metadata(validUntil="tomorrow"),
    ],
)
def test_what_is_no_metadata(document: str) -> None:
    with pytest.raises(SamlError):
        read_metadata(document)
