"""A call, answered by moto: as the HTTP request AWS takes, given to whom moto would give it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import moto.backend_index
import moto.backends
from botocore.awsrequest import AWSRequest
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import HTTPException
from moto.core.request import normalize_request

from windsock.kernel.aws_requests import request_of, result_of
from windsock.kernel.errors import NotImplementedOperation
from windsock.kernel.file_bodies import FileBody
from windsock.kernel.models import operation_model, service_model
from windsock.simulation.child.stand_ins import stand_in_for

Answer = tuple[int, Any, Any]

# What AWS takes a member for that is left out, and moto does not.
_DEFAULTS: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("athena", "CreateCapacityReservation"): {"Tags": []},
    ("ecr", "PutRegistryScanningConfiguration"): {"rules": []},
    ("ecs", "DescribeCapacityProviders"): {"capacityProviders": []},
    ("ssm", "GetPatchBaselineForPatchGroup"): {"OperatingSystem": "WINDOWS"},
}


def execute(service: str, operation: str, params: dict[str, Any], account: str, region: str) -> Any:
    """The result of a call. Raises AwsError as moto answers it; anything else is a defect of moto's."""
    model = operation_model(service, operation)
    params = {**_DEFAULTS.get((service, operation), {}), **params}
    request = request_of(model, _with_stand_ins(params), endpoint_of(service, region))
    # Read by moto for the region and for who asks; nobody checks the signature.
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential=windsock/20060314/{region}/{service}/aws4_request, "
        "SignedHeaders=host, Signature=0"
    )
    request.headers["x-moto-account-id"] = account
    try:
        status, headers, body = _ask(request)
    except NotImplementedError as missing:
        raise NotImplementedOperation(service, operation) from missing
    if status == 404 and body == "Not yet implemented":
        raise NotImplementedOperation(service, operation)
    if isinstance(body, FileBody):
        return result_of(model, status, headers, b"", stream=body)
    return result_of(model, status, headers, body.encode() if isinstance(body, str) else body)


def _with_stand_ins(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters with a few bytes in place of bodies in files; the service's adjustments know them."""
    return {
        name: stand_in_for(value) if isinstance(value, FileBody) else value for name, value in params.items()
    }


def _ask(request: AWSRequest) -> Answer:
    prepared = request.prepare()
    url = prepared.url.partition("?")[0]
    for service, pattern in moto.backend_index.backend_url_patterns:
        if not pattern.match(url):
            continue
        for path, answer in _handlers(service):
            if path.match(url):
                normal = normalize_request(prepared)
                try:
                    answered: Answer = answer(normal, normal.raw_url, normal.headers)
                except HTTPException as error:
                    return error.code or 400, error.get_headers(), error.get_body()
                return answered
    raise NotImplementedError


@functools.cache
def _handlers(service: str) -> list[tuple[re.Pattern[str], Callable[..., Answer]]]:
    """The paths of one of moto's services with who answers them."""
    backends = moto.backends.get_backend(service)
    kind = backends.backend if isinstance(backends, BackendDict) else type(backends["global"])
    bare: BaseBackend = object.__new__(kind)
    return [(re.compile(path), answer) for path, answer in bare.urls.items()]


@functools.cache
def endpoint_of(service: str, region: str) -> str:
    """Where AWS answers for a service in a region, without which moto does not know what a request is for."""
    prefix = service_model(service).endpoint_prefix
    found = _resolver().construct_endpoint(prefix, region)
    return f"https://{found['hostname']}" if found else f"https://{prefix}.{region}.amazonaws.com"


@functools.cache
def _resolver() -> EndpointResolver:
    return EndpointResolver(Loader().load_data("endpoints"))
