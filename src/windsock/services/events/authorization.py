"""Getting connections authorised: the headers that each kind of authorisation sends, and OAuth's tokens.

A token is asked for as RFC 6749 section 4.4 says, with the client's id and secret in the body (for GET in the
query): form-encoded, or as JSON where the connection's own header parameters say so. It is kept in memory
until it expires or a server refuses it.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
"""

from __future__ import annotations

import asyncio
import base64
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.http_client import HttpClient, HttpFailure, HttpRequest
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.languages.values import to_decimal
from windsock.services.events.connection_parameters import BLOCKS, OAUTH, http_parameters
from windsock.services.events.limits import AUTHORIZATION_TIMEOUT_S
from windsock.services.events.tables import connections
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

KIND: Final = "events.authorization"

_MOST_ATTEMPTS: Final = 3
_RETRY_MS: Final = 1_000
# A token is renewed a little before it expires, so that it does not expire on its way.
_MARGIN_MS: Final = 30_000
_FORM: Final = "application/x-www-form-urlencoded"

_CONNECTION = (
    *in_scope(connections),
    connections.c.name == sa.bindparam("of_name"),
    connections.c.id == sa.bindparam("of_id"),
)
_FIND = Statement(sa.select(connections).where(*_CONNECTION))
_SET_STATE = Statement(
    sa.update(connections)
    .where(*_CONNECTION, connections.c.modified_ms == sa.bindparam("of_modified_ms"))
    .values(
        state=sa.bindparam("new_state"),
        state_reason=sa.bindparam("new_reason"),
        authorized_ms=sa.bindparam("new_authorized_ms"),
    )
)


class AuthorizationFailed(AwsError):
    """An authorization server that gave no token; it may give one later."""

    code = "AuthorizationFailure"
    status = 503


@dataclass(frozen=True, slots=True)
class _Token:
    """A token, and of which version of its connection it is (`modified_ms`)."""

    header: str
    expires_ms: int | None
    modified_ms: int

    def serves(self, connection: Row, now_ms: int) -> bool:
        """Whether it is still good for the connection as it is."""
        is_current = self.modified_ms == connection.modified_ms
        return is_current and (self.expires_ms is None or now_ms < self.expires_ms)


class Tokens:
    """The OAuth tokens of an engine's connections."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tokens: dict[str, _Token] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def forget(self, connection_id: str) -> None:
        """Ask for a new token next time, if there is one: a server refused this one, or nobody needs it."""
        self._tokens.pop(connection_id, None)
        self._locks.pop(connection_id, None)

    async def header(self, connection: Row) -> str:
        """The Authorization header of a connection by OAuth, which its first token authorises.

        Raises AuthorizationFailed.
        """
        async with self._locks[connection.id]:
            kept = self._tokens.get(connection.id)
            if kept is None or not kept.serves(connection, self._engine.clock.now_ms()):
                kept = self._tokens[connection.id] = await self._fetch(connection)
            return kept.header

    async def _fetch(self, connection: Row) -> _Token:
        answer = await _token_answer(self._engine, orjson.loads(connection.parameters)[BLOCKS[OAUTH]])
        now = self._engine.clock.now_ms()
        if connection.state != "AUTHORIZED":
            await self._engine.store.write(lambda tx: _set_state(tx, connection, "AUTHORIZED", None, now))
        # A server need not say, and one that says nothing readable says nothing.
        lives_s = to_decimal(answer.get("expires_in"))
        expires_ms = None if lives_s is None else now + int(lives_s * 1000) - _MARGIN_MS
        return _Token(f"Bearer {answer['access_token']}", expires_ms, connection.modified_ms)


async def authorization_headers(engine: Engine, connection: Row) -> dict[str, str]:
    """The headers that authorise a request by a connection. Raises AuthorizationFailed."""
    parameters = orjson.loads(connection.parameters)
    if connection.authorization_type == OAUTH:
        return {"Authorization": await engine.part(Tokens).header(connection)}
    block = parameters[BLOCKS[connection.authorization_type]]
    if connection.authorization_type == "API_KEY":
        return {block["ApiKeyName"]: block["ApiKeyValue"]}
    pair = f"{block['Username']}:{block['Password']}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def begin(engine: Engine, tx: Transaction, scope: Scope, name: str, connection_id: str) -> None:
    """Have a connection by OAuth authorised, after the transaction."""
    payload = orjson.dumps({"name": name, "id": connection_id})
    lane = scope.arn("events", f"connection/{name}/{connection_id}")
    engine.tasks.add(tx, scope, kind=KIND, lane=lane, payload=payload)


@task_kind
class AuthorizeConnection(TaskKind):
    """Asks for a connection's first token, which decides on its state."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        connection = _connection(engine, task)
        if connection is None or connection.state != "AUTHORIZING":
            return
        await engine.part(Tokens).header(connection)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + _RETRY_MS if task.attempts < _MOST_ATTEMPTS else None

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        connection = _connection(engine, task)
        if connection is not None:
            reason = error.message if isinstance(error, AwsError) else str(error)
            await engine.store.write(
                lambda tx: _set_state(tx, connection, "DEAUTHORIZED", reason, connection.authorized_ms)
            )


def _connection(engine: Engine, task: Task) -> Row | None:
    data, scope = task.data(), task.scope
    key = {**scope.columns, "of_name": data["name"], "of_id": data["id"]}
    return engine.store.read(lambda tx: tx.row(_FIND, key))


def _set_state(
    tx: Transaction, connection: Row, state: str, reason: str | None, authorized_ms: int | None
) -> None:
    """Set the state of a connection unless it was changed meanwhile."""
    tx.execute(
        _SET_STATE,
        {
            "account": connection.account,
            "region": connection.region,
            "of_name": connection.name,
            "of_id": connection.id,
            "of_modified_ms": connection.modified_ms,
            "new_state": state,
            "new_reason": reason and reason[:512],
            "new_authorized_ms": authorized_ms,
        },
    )


async def _token_answer(engine: Engine, oauth: Mapping[str, Any]) -> dict[str, Any]:
    """What the authorization server answers: an object with `access_token`."""
    try:
        answer = await engine.part(HttpClient).send(_token_request(oauth), AUTHORIZATION_TIMEOUT_S)
    except HttpFailure as failure:
        raise AuthorizationFailed(f"The authorization endpoint cannot be reached: {failure}.") from failure
    if not 200 <= answer.status < 300:
        raise AuthorizationFailed(f"The authorization endpoint answered with status {answer.status}.")
    try:
        parsed = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("access_token"), str):
        raise AuthorizationFailed("The authorization endpoint answered without an access_token.")
    return parsed


def _token_request(oauth: Mapping[str, Any]) -> HttpRequest:
    extra = http_parameters(oauth.get("OAuthHttpParameters", {}))
    client = oauth["ClientParameters"]
    fields = {
        "grant_type": "client_credentials",
        "client_id": client["ClientID"],
        "client_secret": client["ClientSecret"],
        **extra["BodyParameters"],
    }
    headers = {"Accept": "application/json", **extra["HeaderParameters"]}
    query, method = extra["QueryStringParameters"], oauth["HttpMethod"].upper()
    if method == "GET":
        return HttpRequest(method, _with_query(oauth["AuthorizationEndpoint"], {**fields, **query}), headers)
    named = next((name for name in headers if name.lower() == "content-type"), "Content-Type")
    is_json = headers.setdefault(named, _FORM).startswith("application/json")
    body = orjson.dumps(fields) if is_json else urlencode(fields).encode()
    return HttpRequest(method, _with_query(oauth["AuthorizationEndpoint"], query), headers, body)


def _with_query(url: str, query: Mapping[str, str]) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
