"""Why a call was denied, for those who may know: EC2 tells it encoded, STS decodes it.

A message is sealed by a key of the store: it says nothing to whoever was denied, and cannot be made up.
Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

import base64
import secrets
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import Call
from windsock.languages.policies import Decision, Match

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from windsock.engine.access import Need
    from windsock.engine.engine import Engine

_NONCE_BYTES: Final = 12


class AuthorizationMessages:
    """An engine part: `engine.part(AuthorizationMessages)`."""

    def __init__(self, engine: Engine) -> None:
        self._tokens = engine.session_tokens

    def encode(self, call: Call, need: Need, decision: Decision, context: Mapping[str, Any]) -> str:
        """What was decided on a call, sealed for its account."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        packed = zlib.compress(orjson.dumps(_told(call, need, decision, context)))
        sealed = self._cipher().encrypt(nonce, packed, call.scope.account.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def decode(self, message: str, account: str) -> str | None:
        """The JSON of a message that was sealed for an account; None for any other text."""
        from cryptography.exceptions import InvalidTag

        try:
            sealed = base64.urlsafe_b64decode(message + "=" * (-len(message) % 4))
            packed = self._cipher().decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], account.encode())
        except (ValueError, InvalidTag):
            return None
        return zlib.decompress(packed).decode()

    def _cipher(self) -> AESGCM:
        # Where nobody is denied nothing is sealed, and this takes a while to load.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._tokens.derived_key(b"authorization message"))


def _told(call: Call, need: Need, decision: Decision, context: Mapping[str, Any]) -> dict[str, Any]:
    caller = call.caller
    return {
        "allowed": decision.allowed,
        "explicitDeny": decision.verdict == "explicit_deny",
        "matchedStatements": _items(map(_statement, decision.matches)),
        "failures": _items(()),
        "context": {
            "principal": {
                "id": caller.user_id,
                "name": caller.principal.rpartition("/")[2],
                "arn": caller.principal,
            },
            "action": need.action,
            "resource": need.resource,
            "conditions": _items({"key": key, "values": _values(context[key])} for key in sorted(context)),
        },
    }


def _statement(match: Match) -> dict[str, Any]:
    """A statement that took part. EC2 is asked by principals' own policies, which name no principal."""
    source = match.statement.source
    conditions = [
        {"key": key, "values": _values(values)}
        for tests in source.get("Condition", {}).values()
        for key, values in tests.items()
    ]
    return {
        "statementId": match.statement.sid,
        "effect": match.statement.effect.upper(),
        "principals": _items(()),
        "principalGroups": _items(()),
        "actions": _values(source.get("Action", source.get("NotAction", ()))),
        "resources": _values(source.get("Resource", source.get("NotResource", ()))),
        "conditions": _items(conditions),
    }


def _values(given: Any) -> dict[str, Any]:
    texts = [given] if isinstance(given, str | bool | int | float) else given
    return _items({"value": each if isinstance(each, str) else orjson.dumps(each).decode()} for each in texts)


def _items(given: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"items": list(given)}
