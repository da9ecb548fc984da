"""Calls passed on to a real endpoint: AWS itself, another implementation of a service, another windsock.

A call is signed with the credentials the settings give for the service, else with those of the caller: the
secret of its access key where that was issued here. A key of which no secret is known (an account's number,
say) signs with itself: enough for an endpoint that only looks at the key.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import Credentials

from windsock.engine.http_client import HttpClient, HttpFailure, HttpRequest
from windsock.engine.operations import Context, Params, Result
from windsock.engine.settings import Upstream
from windsock.kernel.aws_requests import request_of, result_of
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import FileBody
from windsock.kernel.limits import MAX_REQUEST_BODY, UPSTREAM_SECONDS
from windsock.kernel.models import operation_model


class UpstreamUnavailable(AwsError):
    """The endpoint a service is sent to did not answer."""

    code = "ServiceUnavailable"
    status = 503


class UpstreamAnswerTooLarge(AwsError):
    """An answer larger than what is held in memory."""

    code = "InternalFailure"
    status = 502


async def pass_on(upstream: Upstream, ctx: Context, params: Params) -> Result:
    """The result of a call at the endpoint.

    Raises AwsError: the endpoint's, UpstreamUnavailable, or UpstreamAnswerTooLarge.
    """
    call = ctx.call
    model = operation_model(call.service, call.operation)
    with ExitStack() as files:
        request = request_of(model, _opened(params, files), upstream.endpoint)
        region = upstream.region or call.scope.region
        # Signing reads the whole body.
        await asyncio.to_thread(
            _sign, request, model.service_model.signing_name, region, _keys(upstream, ctx)
        )
        try:
            answer = await ctx.engine.part(HttpClient).send(
                _http(request.prepare()), UPSTREAM_SECONDS, most_bytes=MAX_REQUEST_BODY + 1
            )
        except HttpFailure as failure:
            raise UpstreamUnavailable(f"{upstream.endpoint}: {failure}") from failure
    if len(answer.body) > MAX_REQUEST_BODY:
        raise UpstreamAnswerTooLarge(f"{upstream.endpoint} answered more than {MAX_REQUEST_BODY} bytes.")
    return result_of(model, answer.status, answer.headers, answer.body)


def _opened(params: Params, files: ExitStack) -> dict[str, object]:
    """The parameters with files that are open in place of bodies in files."""
    return {
        name: files.enter_context(value.path.open("rb")) if isinstance(value, FileBody) else value
        for name, value in params.items()
    }


def _keys(upstream: Upstream, ctx: Context) -> Credentials:
    if upstream.access_key:
        return Credentials(upstream.access_key, upstream.secret_key, upstream.session_token or None)
    key = ctx.call.caller.access_key or ctx.scope.account
    known = ctx.engine.identities.access_key(key, None)
    return Credentials(key, known.secret if known else key)


def _sign(request: AWSRequest, signing_name: str, region: str, keys: Credentials) -> None:
    kind = S3SigV4Auth if signing_name == "s3" else SigV4Auth
    request.context["payload_signing_enabled"] = True
    kind(keys, signing_name, region).add_auth(request)


def _http(prepared: AWSPreparedRequest) -> HttpRequest:
    headers = {name: _text(value) for name, value in prepared.headers.items()}
    headers.setdefault("Host", urlsplit(prepared.url).netloc)
    body: Any = prepared.body or b""
    if hasattr(body, "read"):
        return HttpRequest(prepared.method, prepared.url, headers, file=body)
    return HttpRequest(
        prepared.method, prepared.url, headers, body.encode() if isinstance(body, str) else body
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
