"""Which REST operation of a service a request means: by method, path, query and headers.

Source: https://smithy.io/2.0/spec/http-bindings.html#http-uri; among the operations that share a
path the one whose required parameters are all there wins, as S3 tells UploadPart from PutObject.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.gateway.protocols.uris import UriTemplate, compile_uri
from windsock.gateway.request import Request
from windsock.kernel.models import service_model

if TYPE_CHECKING:
    from botocore.model import OperationModel

Merit = tuple[tuple[int, ...], int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation with what must hold for a request to be its."""

    operation: OperationModel
    template: UriTemplate
    required_query: frozenset[str]
    required_headers: frozenset[str]

    def fits(self, request: Request) -> bool:
        """Whether path and literal query parameters fit."""
        if self.template.pattern.fullmatch(request.raw_path) is None:
            return False
        values = request.query_values
        return all(
            name in values and (not literal or literal in values[name])
            for name, literal in self.template.literals.items()
        )

    def merit(self, request: Request) -> Merit:
        """How well the request fits; of the routes that fit the highest one is meant."""
        missing = sum(name not in request.query_values for name in self.required_query) + sum(
            name not in request.headers for name in self.required_headers
        )
        required = len(self.required_query) + len(self.required_headers)
        current = not self.operation.deprecated
        return (self.template.rank, -missing, len(self.template.literals), required, current)


def find_route(service: str, request: Request) -> Route | None:
    """The route of the REST operation of `service` that the request means, or None."""
    fitting = [route for route in _routes(service).get(request.method, ()) if route.fits(request)]
    return max(fitting, key=lambda route: route.merit(request)) if fitting else None


@functools.cache
def _routes(service: str) -> Mapping[str, Sequence[Route]]:
    by_method: defaultdict[str, list[Route]] = defaultdict(list)
    model = service_model(service)
    for name in model.operation_names:
        operation = model.operation_model(name)
        by_method[operation.http["method"]].append(_route(operation))
    return by_method


def _route(operation: OperationModel) -> Route:
    query: set[str] = set()
    headers: set[str] = set()
    shape = operation.input_shape
    if shape is not None:
        for name in shape.required_members:
            traits = shape.members[name].serialization
            if traits.get("location") == "querystring":
                query.add(traits.get("name", name))
            elif traits.get("location") == "header":
                headers.add(traits.get("name", name).lower())
    template = compile_uri(operation.http["requestUri"])
    return Route(operation, template, frozenset(query), frozenset(headers))
