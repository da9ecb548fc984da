"""What a SAML assertion claims, as AWS reads it, and what of it must hold.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from windsock.services.sts.errors import ExpiredToken, InvalidIdentityToken, unverifiable
from windsock.services.sts.limits import (
    ASSERTION_MS,
    DEFAULT_ROLE_SESSION,
    LONGEST_ROLE_SESSION,
    SHORTEST_ROLE_SESSION,
)

if TYPE_CHECKING:
    from windsock.languages.saml import Assertion

_ATTRIBUTE: Final = "https://aws.amazon.com/SAML/Attributes/"
_NAME_FORMAT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_SIGN_IN: Final = re.compile(
    r"https://([a-z0-9-]+\.)?signin\.(aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn)/saml(/acs/\w+)?"
)
_AUDIENCE: Final = "urn:amazon:webservices"
_NAME: Final = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_TOO_OLD: Final = "Token must be redeemed within 5 minutes of issuance"

_EDU_PERSON: Final = "urn:oid:1.3.6.1.4.1.5923.1.1.1."
_EDU_ORG: Final = "urn:oid:1.3.6.1.4.1.5923.1.2.1."
# Attributes that are condition keys, several values and all ...
_LISTS: Final[Mapping[str, str]] = {
    f"{_EDU_PERSON}1": "eduPersonAffiliation",
    f"{_EDU_PERSON}2": "eduPersonNickname",
    f"{_EDU_PERSON}4": "eduPersonOrgUnitDN",
    f"{_EDU_PERSON}7": "eduPersonEntitlement",
    f"{_EDU_PERSON}9": "eduPersonScopedAffiliation",
    f"{_EDU_PERSON}10": "eduPersonTargetedID",
    f"{_EDU_PERSON}11": "eduPersonAssurance",
    f"{_EDU_ORG}2": "eduOrgHomePageURI",
    f"{_EDU_ORG}3": "eduOrgIdentityAuthNPolicyURI",
    f"{_EDU_ORG}4": "eduOrgLegalName",
    f"{_EDU_ORG}5": "eduOrgSuperiorURI",
    f"{_EDU_ORG}6": "eduOrgWhitePagesURI",
    "urn:oid:2.5.4.3": "cn",
}
# ... and those that have one.
_TEXTS: Final[Mapping[str, str]] = {
    f"{_EDU_PERSON}3": "eduPersonOrgDN",
    f"{_EDU_PERSON}5": "eduPersonPrimaryAffiliation",
    f"{_EDU_PERSON}6": "eduPersonPrincipalName",
    f"{_EDU_PERSON}8": "eduPersonPrimaryOrgUnitDN",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name": "name",
    "http://schemas.xmlsoap.org/claims/CommonName": "commonName",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname": "givenName",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname": "surname",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "mail",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": "uid",
    "2.5.4.3": "commonName",
    "2.5.4.4": "surname",
    "2.4.5.42": "givenName",
    "2.5.4.45": "x500UniqueIdentifier",
    "0.9.2342.19200300100.1.1": "uid",
    "0.9.2342.19200300100.1.3": "mail",
    "0.9.2342.19200300.100.1.45": "organizationStatus",
}


@dataclass(frozen=True)
class SamlClaims:
    """An assertion whose signature holds."""

    assertion: Assertion

    def check(self, now_ms: int) -> None:
        """Whether it is for AWS, and good now. Raises InvalidIdentityToken and ExpiredToken."""
        said = self.assertion
        if not said.subject:
            raise InvalidIdentityToken("NameID is required in AuthnResponse")
        if _SIGN_IN.fullmatch(said.recipient) is None:
            raise InvalidIdentityToken("Response does not contain the required recipient")
        if said.audiences and not any(map(_is_aws, said.audiences)):
            raise InvalidIdentityToken("Response does not contain the required audience")
        if said.issued_ms is None or said.confirmed_until_ms is None:
            raise unverifiable()
        if said.not_before_ms is not None and now_ms < said.not_before_ms:
            raise unverifiable()
        ends = (said.issued_ms + ASSERTION_MS, said.confirmed_until_ms, said.not_after_ms)
        if now_ms >= min(end for end in ends if end is not None):
            raise ExpiredToken(_TOO_OLD)

    @property
    def subject_type(self) -> str:
        """The format of the subject, short where it is one of SAML 2.0's."""
        return self.assertion.subject_format.removeprefix(_NAME_FORMAT)

    @property
    def roles(self) -> set[tuple[str, str]]:
        """The roles it is good for, each with the provider that it must come from."""
        pairs = set()
        for value in self._values("Role"):
            one, _, other = (each.strip() for each in value.partition(","))
            pairs.add((other, one) if ":saml-provider/" in one else (one, other))
        return pairs

    @property
    def session_name(self) -> str:
        """The name of the session."""
        name = self._value("RoleSessionName")
        if not name:
            raise InvalidIdentityToken("RoleSessionName is required in AuthnResponse")
        if _NAME.fullmatch(name) is None:
            raise InvalidIdentityToken("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
        return name

    @property
    def source_identity(self) -> str:
        """The source identity of the session, or nothing."""
        given = self._value("SourceIdentity")
        if given and (_NAME.fullmatch(given) is None or given.lower().startswith("aws:")):
            raise InvalidIdentityToken(
                'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
            )
        return given

    def seconds(self, asked: int | None, now_ms: int) -> int:
        """How long the session lasts: as was asked, and no longer than the assertion says."""
        seconds = asked or DEFAULT_ROLE_SESSION
        given = self._value("SessionDuration")
        if given:
            if not given.isdecimal() or not SHORTEST_ROLE_SESSION <= int(given) <= LONGEST_ROLE_SESSION:
                raise InvalidIdentityToken("SessionDuration in AuthnResponse must be between 900 and 43200")
            seconds = min(seconds, int(given))
        until_ms = self.assertion.session_until_ms
        if until_ms is not None:
            if until_ms <= now_ms:
                raise ExpiredToken(_TOO_OLD)
            seconds = min(seconds, max(1, (until_ms - now_ms) // 1000))
        return seconds

    @property
    def tags(self) -> dict[str, str]:
        """Session tags."""
        prefix = f"{_ATTRIBUTE}PrincipalTag:"
        return {
            name.removeprefix(prefix): values[0]
            for name, values in self.assertion.attributes.items()
            if name.startswith(prefix) and values
        }

    @property
    def transitive(self) -> Sequence[str]:
        """The keys of session tags that pass on."""
        return self._values("TransitiveTagKeys")

    @property
    def context(self) -> dict[str, str | tuple[str, ...]]:
        """The condition keys of what it says, but of the subject."""
        keys: dict[str, str | tuple[str, ...]] = {
            "saml:aud": self.assertion.recipient,
            "saml:iss": self.assertion.issuer,
        }
        for name, values in self.assertion.attributes.items():
            if name in _LISTS and values:
                keys[f"saml:{_LISTS[name]}"] = values
            elif name in _TEXTS and values:
                keys[f"saml:{_TEXTS[name]}"] = values[0]
        return keys

    def _values(self, name: str) -> tuple[str, ...]:
        return self.assertion.attributes.get(f"{_ATTRIBUTE}{name}", ())

    def _value(self, name: str) -> str:
        return next(iter(self._values(name)), "")


def _is_aws(audience: str) -> bool:
    return audience == _AUDIENCE or _SIGN_IN.fullmatch(audience) is not None
