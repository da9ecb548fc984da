"""JSON Web Tokens of identity providers: what they claim, and what of it must hold.

Sources, below https://docs.aws.amazon.com/IAM/latest/UserGuide/: id_roles_providers_create_oidc.html,
id_session-tags.html#id_session-tags_adding-assume-role-idp and
reference_policies_iam-condition-keys.html#condition-keys-wif
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from windsock.services.sts.errors import ExpiredToken, InvalidIdentityToken, unverifiable

_TAGS: Final = "https://aws.amazon.com/tags"
_SOURCE_IDENTITY: Final = "https://aws.amazon.com/source_identity"
_SOURCE_IDENTITY_FORM: Final = re.compile(r"(?!aws:)[\w+=,.@-]{2,64}", re.ASCII)

# The claims that become condition keys beside audience and subject. IAM lists those of Google, GitHub,
# CircleCI and Oracle by provider; a claim of one name means the same at each.
_CONDITIONS: Final = (
    "amr",
    "email",
    "hd",
    "actor",
    "actor_id",
    "job_workflow_ref",
    "repository",
    "repository_id",
    "workflow",
    "ref",
    "environment",
    "enterprise_id",
    "oidc.circleci.com/project-id",
    "rpst_id",
)


@dataclass(frozen=True)
class WebToken:
    """A token; `key_id` (`kid`) says which key of its issuer signed it. Reading verifies no claim."""

    text: str
    key_id: str | None
    claims: Mapping[str, Any]

    @functools.cached_property
    def issuer(self) -> str:
        """The URL of whoever issued it."""
        return self._text_claim("iss")

    @functools.cached_property
    def subject(self) -> str:
        """Whom it is of."""
        return self._text_claim("sub")

    @functools.cached_property
    def audiences(self) -> tuple[str, ...]:
        """Whom it is for."""
        audience = self.claims.get("aud")
        found = tuple(audience) if isinstance(audience, list) else (audience,)
        texts = tuple(each for each in found if isinstance(each, str) and each)
        if not texts:
            raise _missing("aud")
        return texts

    @property
    def audience(self) -> str:
        """The client it was issued to: the authorised party, where it names one."""
        party = self.claims.get("azp")
        return party if isinstance(party, str) and party else self.audiences[0]

    @property
    def context(self) -> dict[str, str | tuple[str, ...]]:
        """What it claims as condition keys, which follow the provider's name and a colon."""
        keys: dict[str, str | tuple[str, ...]] = {
            key: value for key in _CONDITIONS if (value := _condition_value(self.claims.get(key))) is not None
        }
        return {**keys, **self.lasting}

    @property
    def lasting(self) -> dict[str, str]:
        """The condition keys that the calls of the session have, too."""
        keys = {"aud": self.audience, "sub": self.subject}
        if self.audience != self.audiences[0]:
            keys["oaud"] = self.audiences[0]
        return keys

    @functools.cached_property
    def tags(self) -> dict[str, str]:
        """Session tags. The claim may be nested, or flat where an issuer cannot nest."""
        nested = self._tag_claim("principal_tags")
        flat = f"{_TAGS}/principal_tags/"
        given = dict(nested) if isinstance(nested, Mapping) else {}
        given |= {key.removeprefix(flat): each for key, each in self.claims.items() if key.startswith(flat)}
        return {key: _single(key, value) for key, value in given.items()}

    @property
    def transitive(self) -> Sequence[str]:
        """The keys of session tags that pass on."""
        keys = self._tag_claim("transitive_tag_keys")
        return [each for each in keys if isinstance(each, str)] if isinstance(keys, list) else []

    @property
    def source_identity(self) -> str:
        """The source identity that the session is to have, or nothing."""
        given = self.claims.get(_SOURCE_IDENTITY)
        if given is None:
            return ""
        if not isinstance(given, str) or _SOURCE_IDENTITY_FORM.fullmatch(given) is None:
            raise InvalidIdentityToken(
                'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
            )
        return given

    def check(self, clients: Sequence[str], now_ms: int) -> None:
        """Whether it is for one of the provider's clients, and good now.

        Raises InvalidIdentityToken and ExpiredToken.
        """
        now, expires = now_ms // 1000, self._instant("exp")
        if "nbf" in self.claims and now < self._instant("nbf"):
            raise unverifiable()
        if self.audience not in clients:
            raise InvalidIdentityToken("Incorrect token audience")
        if now >= expires:
            raise ExpiredToken(
                f"Token expired: current date/time {now} must be before the expiration date/time {expires}"
            )

    def _tag_claim(self, name: str) -> Any:
        nested = self.claims.get(_TAGS)
        return nested.get(name) if isinstance(nested, Mapping) else self.claims.get(f"{_TAGS}/{name}")

    def _text_claim(self, name: str) -> str:
        value = self.claims.get(name)
        if not isinstance(value, str) or not value:
            raise _missing(name)
        return value

    def _instant(self, name: str) -> int:
        value = self.claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _missing(name)
        return int(value)


def read_token(text: str) -> WebToken:
    """A token as its issuer wrote it. Raises InvalidIdentityToken for a text that is none."""
    parts = text.split(".")
    if len(parts) != 3:
        raise _no_token()
    header, claims = _decoded(parts[0]), _decoded(parts[1])
    key_id = header.get("kid")
    return WebToken(text, key_id if isinstance(key_id, str) else None, claims)


def _decoded(part: str) -> dict[str, Any]:
    try:
        value = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError as error:
        raise _no_token() from error
    if not isinstance(value, dict):
        raise _no_token()
    return value


def _no_token() -> InvalidIdentityToken:
    return InvalidIdentityToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
    )


def _missing(claim: str) -> InvalidIdentityToken:
    return InvalidIdentityToken(f"Missing a required claim: {claim}")


def _condition_value(claim: Any) -> str | tuple[str, ...] | None:
    if isinstance(claim, bool):
        return str(claim).lower()
    if isinstance(claim, str | int):
        return str(claim)
    if isinstance(claim, list):
        return tuple(each for each in claim if isinstance(each, str))
    return None


def _single(key: str, value: Any) -> str:
    """The value of a tag, which stands in a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise InvalidIdentityToken(f"The principal tag {key} must have one value")
    return value
