"""SAML 2.0 as a pure library, as far as AWS takes it: metadata documents of identity providers, and their
responses with a signed assertion.

`read_metadata` tells who a provider is and by which certificates it signs; `read_response` gives the one
assertion of a response that one of them signed. What an assertion says, and whether it is still good, is for
whoever asked: nothing here knows the time.
"""

from windsock.languages.saml.errors import (
    EncryptedAssertion,
    FailedAuthentication,
    InvalidSignature,
    SamlError,
)
from windsock.languages.saml.metadata import Metadata, read_metadata
from windsock.languages.saml.responses import Assertion, read_response

__all__ = [
    "Assertion",
    "EncryptedAssertion",
    "FailedAuthentication",
    "InvalidSignature",
    "Metadata",
    "SamlError",
    "read_metadata",
    "read_response",
]
