"""Which service, operation and protocol a request means.

A request tells itself apart by the first of these that it has: the RPC v2 header, `X-Amz-Target`,
an `Action` field, and else method and path. The service comes from those, from the credential
scope of its signature, or from its host.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from windsock.gateway.bodies import dechunked, decompressed
from windsock.gateway.credentials import Credentials, read_credentials
from windsock.gateway.hosts import HostHint, read_host, to_path_style
from windsock.gateway.protocols import CODECS, Codec
from windsock.gateway.protocols.queue_urls import is_queue_path
from windsock.gateway.request import FORM_CONTENT_TYPE, Request, Response
from windsock.gateway.routes import find_route
from windsock.kernel.errors import AwsError, MissingAction, UnknownOperation, UnknownService
from windsock.kernel.models import protocols, service_model, service_names

if TYPE_CHECKING:
    from botocore.model import OperationModel

_CBOR_PATH = re.compile(r"^.*/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)/?$")
_FORM_PROTOCOLS = ("query", "ec2")
_REST_PROTOCOLS = ("rest-json", "rest-xml")

# SNS mails these links and SQS documents plain GETs on queue URLs, so neither carries a signature.
_UNSIGNED_ACTIONS: Final[Mapping[str, str]] = {"ConfirmSubscription": "sns", "Unsubscribe": "sns"}


@dataclass(frozen=True, slots=True)
class Identified:
    """What a request means.

    `request` is the one to parse: its body out of any transit encoding, S3's bucket in its path.
    """

    service: str
    operation: OperationModel
    protocol: str
    codec: Codec
    request: Request

    def parse(self) -> dict[str, Any]:
        """The parameters of the call; raises SerializationError."""
        return self.codec.parse(self.operation, self.request)


class Unidentified(Exception):
    """A request that is no call; `error` is what its sender is told, in the form of `codec`."""

    def __init__(self, error: AwsError, codec: Codec, service: str | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.codec = codec
        self.service = service

    def response(self, request_id: str) -> Response:
        """The answer to send."""
        return self.codec.serialize_error(None, self.service, self.error, request_id)


class _Clues:
    """What signature and host say, read only when the request itself does not settle it."""

    def __init__(self, request: Request, credentials: Credentials | None) -> None:
        self.request = request
        self._credentials = credentials

    @cached_property
    def credentials(self) -> Credentials:
        return self._credentials or read_credentials(self.request)

    @cached_property
    def host(self) -> HostHint:
        return read_host(self.request.headers.get("host", ""))

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """The services that signature and host speak for: those of both first, then the signature's."""
        signed = service_names().signing_names.get(self.credentials.signing_name or "", ())
        agreed = [name for name in self.host.services if name in signed]
        return tuple(dict.fromkeys((*agreed, *signed, *self.host.services)))


def identify(request: Request, credentials: Credentials | None = None) -> Identified:
    """Identify a request; `credentials` are its own if the caller has read them already.

    Raises Unidentified, which carries the answer in the form of the protocol that was spoken.
    """
    return _kind_of(request)(_Clues(request, credentials))


def _kind_of(request: Request) -> Callable[[_Clues], Identified]:
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return _identify_cbor
    if "x-amz-target" in request.headers:
        return _identify_json
    if request.media_type == FORM_CONTENT_TYPE or "Action" in request.query_values:
        return _identify_form
    return _identify_rest


def _identify_cbor(clues: _Clues) -> Identified:
    codec = CODECS["smithy-rpc-v2-cbor"]
    path = _CBOR_PATH.match(clues.request.path)
    if path is None:
        raise Unidentified(_unknown_operation(clues.request.path), codec, None)
    services = service_names().target_prefixes.get(path["service"], ())
    return _rpc(clues, codec, services, path["operation"])


def _identify_json(clues: _Clues) -> Identified:
    target = clues.request.headers["x-amz-target"]
    prefix, _, operation = target.rpartition(".")
    services = service_names().target_prefixes.get(prefix, ())
    return _rpc(clues, CODECS["json"], services, operation)


def _rpc(clues: _Clues, codec: Codec, services: Iterable[str], operation: str) -> Identified:
    speaking = [service for service in services if codec.name in protocols(service)]
    if not speaking:
        raise Unidentified(_unknown_operation(operation), codec, None)
    preferred = _preferred(speaking, clues)
    service = next((name for name in preferred if _has(name, operation)), None)
    if service is None:
        raise Unidentified(_unknown_operation(operation), codec, preferred[0])
    return _identified(service, operation, codec, _unpacked(clues.request, codec, service))


def _identify_form(clues: _Clues) -> Identified:
    request = _unpacked(clues.request, CODECS["query"], None)
    try:
        fields = request.fields
    except AwsError as error:
        raise Unidentified(error, CODECS["query"], None) from error
    action = fields.get("Action")
    if action is None:
        return _without_action(_Clues(request, clues.credentials))
    services = _form_services(clues, action, fields.get("Version", ""))
    if not services:
        raise Unidentified(
            UnknownService(f"No service is known for the action {action}."), CODECS["query"], None
        )
    preferred = _preferred(services, clues)
    service = next((name for name in preferred if _has(name, action)), None)
    if service is None:
        refusal = _invalid_action(preferred[0], action, fields.get("Version", ""))
        raise Unidentified(refusal, _form_codec(preferred[0]), preferred[0])
    return _identified(service, action, _form_codec(service), request)


def _form_services(clues: _Clues, action: str, version: str) -> list[str]:
    versioned = service_names().query_versions.get(version, ())
    candidates = [name for name in clues.candidates if _speaks_form(name)]
    # Services that share a signing name (elb, elbv2) are told apart by their API version.
    agreeing = [name for name in candidates if name in versioned]
    if agreeing or candidates:
        return agreeing or candidates
    if is_queue_path(clues.request.path):
        return ["sqs"]
    if versioned:
        return list(versioned)
    return [_UNSIGNED_ACTIONS[action]] if action in _UNSIGNED_ACTIONS else []


def _without_action(clues: _Clues) -> Identified:
    """A form without an Action: a REST call with a form for its body, or a query call gone wrong."""
    forms = [name for name in clues.candidates if _speaks_form(name)]
    if forms:
        raise Unidentified(MissingAction(), _form_codec(forms[0]), forms[0])
    return _identify_rest(clues)


def _identify_rest(clues: _Clues) -> Identified:
    request, candidates = clues.request, clues.candidates
    if not candidates and is_queue_path(request.path):
        candidates = ("sqs",)
    if not candidates and not clues.credentials.signed and request.path.strip("/"):
        # What is left of unsigned requests is anonymous access to S3 objects.
        candidates = ("s3",)
    rest = [name for name in candidates if _rest_protocol(name)]
    requests = {name: _path_style(name, clues) for name in rest}
    found = [(name, find_route(name, requests[name])) for name in rest]
    fitting = [(name, route) for name, route in found if route is not None]
    if not fitting:
        raise _no_route(clues, candidates, rest)
    # Services that share a signing name often share paths too; of equals the first is the likeliest.
    service, route = max(
        fitting, key=lambda fit: (fit[0] in clues.host.services, fit[1].merit(requests[fit[0]]))
    )
    return _routed(service, route.operation, requests[service])


def _path_style(service: str, clues: _Clues) -> Request:
    if service == "s3" and clues.host.bucket:
        return to_path_style(clues.request, clues.host.bucket)
    return clues.request


def _routed(service: str, operation: OperationModel, request: Request) -> Identified:
    codec = CODECS[_rest_protocol(service)]
    return Identified(service, operation, codec.name, codec, _unpacked(request, codec, service, operation))


def _no_route(clues: _Clues, candidates: tuple[str, ...], rest: list[str]) -> Unidentified:
    if rest:
        error = (
            _method_not_allowed() if rest[0] == "s3" else _unknown_operation(clues.request.path, status=404)
        )
        return Unidentified(error, CODECS[_rest_protocol(rest[0])], rest[0])
    forms = [name for name in candidates if _speaks_form(name)]
    if forms:
        # AWS answers a GET on a queue URL, or on any query endpoint, that names no action with a 404.
        error = _unknown_operation(clues.request.path, status=404)
        return Unidentified(error, _form_codec(forms[0]), forms[0])
    if candidates:
        codec = CODECS[protocols(candidates[0])[0]]
        return Unidentified(_unknown_operation(clues.request.path, status=404), codec, candidates[0])
    error = UnknownService(f"No service is known for {clues.request.method} {clues.request.path}.")
    return Unidentified(error, CODECS["rest-json"], None)


def _identified(service: str, operation: str, codec: Codec, request: Request) -> Identified:
    return Identified(service, service_model(service).operation_model(operation), codec.name, codec, request)


def _unpacked(
    request: Request, codec: Codec, service: str | None, operation: OperationModel | None = None
) -> Request:
    """The request out of its transit encodings. A stored object's own gzip encoding stays."""
    try:
        if codec.name not in _REST_PROTOCOLS or (operation is not None and operation.request_compression):
            return decompressed(request)
        return dechunked(request)
    except AwsError as error:
        raise Unidentified(error, codec, service) from error


def _preferred(services: Iterable[str], clues: _Clues) -> list[str]:
    services = list(services)
    if len(services) == 1:
        return services
    candidates = clues.candidates
    return sorted(
        services, key=lambda name: candidates.index(name) if name in candidates else len(candidates)
    )


def _has(service: str, operation: str) -> bool:
    return operation in service_model(service).operation_names


def _speaks_form(service: str) -> bool:
    return any(protocol in _FORM_PROTOCOLS for protocol in protocols(service))


def _form_codec(service: str) -> Codec:
    return CODECS[next(name for name in protocols(service) if name in _FORM_PROTOCOLS)]


def _rest_protocol(service: str) -> str:
    return next((name for name in protocols(service) if name in _REST_PROTOCOLS), "")


# How a service words it that an action is not its; the others say that they could not find it.
_INVALID_ACTIONS: Final[Mapping[str, str]] = {
    "ec2": "The action {action} is not valid for this web service.",
    "sqs": "The action {action} is not valid for this endpoint.",
}


def _method_not_allowed() -> AwsError:
    return AwsError(
        "The specified method is not allowed against this resource.", code="MethodNotAllowed", status=405
    )


def _invalid_action(service: str, action: str, version: str) -> AwsError:
    wording = _INVALID_ACTIONS.get(service, "Could not find operation {action} for version {version}")
    version = version or service_model(service).api_version
    return AwsError(wording.format(action=action, version=version), code="InvalidAction")


def _unknown_operation(named: str, status: int = 400) -> UnknownOperation:
    return UnknownOperation(f"The operation {named} is not known.", status=status)
