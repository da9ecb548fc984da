"""What is wrong with a SAML document.

Error tree::

    SamlError                  a document that is not what it should be
    |- InvalidSignature        nothing in the response is signed by the provider
    |- EncryptedAssertion      an assertion that only its recipient's private key could read
    |- FailedAuthentication    a response that says that the user was not authenticated
"""

from __future__ import annotations


class SamlError(Exception):
    """A document that is not what it should be."""


class InvalidSignature(SamlError):
    """Nothing in the response is signed by the provider."""


class EncryptedAssertion(SamlError):
    """An assertion that only its recipient's private key could read."""


class FailedAuthentication(SamlError):
    """A response that says that the user was not authenticated."""
