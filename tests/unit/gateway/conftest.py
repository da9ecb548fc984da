"""A client to test against: botocore's own serializers and parsers, fed with values made from shapes."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from windsock.gateway.request import Request, Response

TEXTS = (
    "plain",
    "with space",
    "a&b=c+d%20",
    "<x a=\"1\">'y'</x>",
    "häß€ 漢字 🎐",
    "line\nbreak\ttab",
    "true",
    "0",
)
HEADER_TEXTS = ("plain", "with space", "a;b=c", "x/y:z", "007")
MAX_DEPTH = 4


class Samples:
    """Values for shapes, the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def value(self, shape: Shape, depth: int = 0) -> Any:
        """A value of any shape; recursion ends in absent members."""
        if isinstance(shape, StructureShape):
            return self.structure(shape, depth)
        if isinstance(shape, ListShape):
            return self._list(shape, depth)
        if isinstance(shape, MapShape):
            return self._map(shape, depth)
        return self._scalar(shape)

    def structure(self, shape: StructureShape, depth: int = 0) -> dict[str, Any]:
        """A structure with most of its members; a union with one of them."""
        if shape.is_document_type:
            return {"any": ["thing", 1, {"deep": None}]}
        members = list(shape.members.items())
        if shape.is_tagged_union:
            name, member = min(members, key=_nesting) if depth > MAX_DEPTH else self._random.choice(members)
            return {name: self.value(member, depth + 1)}
        if depth:
            members = [
                (name, member)
                for name, member in members
                if name in shape.required_members or self._random.random() < 0.7
            ] or members[:1]
        return {
            name: self.value(member, depth + 1)
            for name, member in members
            if depth < MAX_DEPTH or not isinstance(member, (StructureShape, ListShape, MapShape))
        }

    def _list(self, shape: ListShape, depth: int) -> list[Any]:
        count = self._random.randint(1, 3)
        if shape.serialization.get("location") == "header":
            return [self._header_text() for _ in range(count)]
        return [self.value(shape.member, depth + 1) for _ in range(count)]

    def _map(self, shape: MapShape, depth: int) -> dict[str, Any]:
        if shape.serialization.get("location") == "headers":
            return {f"key-{i}": self._header_text() for i in range(2)}
        keys = [f"{self._scalar(shape.key)}-{i}" for i in range(self._random.randint(1, 2))]
        return {key: self.value(shape.value, depth + 1) for key in keys}

    def _scalar(self, shape: Shape) -> Any:
        if shape.serialization.get("jsonvalue") and shape.serialization.get("location") == "header":
            return {"json": [1, "two"]}
        if shape.serialization.get("location") == "statusCode":
            return 202
        makers: dict[str, Callable[[], Any]] = {
            "integer": lambda: self._random.randint(-(2**31), 2**31 - 1),
            "long": lambda: self._random.randint(-(2**53), 2**53),
            "float": lambda: float(self._random.choice([0.5, -1.25, 3.0, 1e10])),
            "double": lambda: self._random.choice([0.1, -1.25, 3.0, 1e-7, 123456789.125]),
            "boolean": lambda: self._random.random() < 0.5,
            "timestamp": lambda: datetime.fromtimestamp(self._random.randint(0, 2**31), UTC),
            "blob": lambda: b"blob " + self._random.choice(TEXTS).encode(),
        }
        make = makers.get(shape.type_name)
        return make() if make else self._text(shape)

    def _text(self, shape: Shape) -> str:
        if shape.serialization.get("hostLabel"):
            return "label"
        if shape.serialization.get("location") in ("header", "headers"):
            return self._header_text()
        return self._random.choice(TEXTS)

    def _header_text(self) -> str:
        return self._random.choice(HEADER_TEXTS)


@pytest.fixture(scope="session")
def samples() -> Callable[[str], Samples]:
    """A generator of values for a seed."""
    return Samples


@pytest.fixture(scope="session")
def client_model() -> Callable[[str], ServiceModel]:
    """A service model as botocore's clients have it, without windsock's overlays."""
    loader = Loader()
    models: dict[str, ServiceModel] = {}

    def load(service: str) -> ServiceModel:
        if service not in models:
            models[service] = ServiceModel(loader.load_service_model(service, "service-2"), service)
        return models[service]

    return load


@pytest.fixture(scope="session")
def send() -> Callable[..., Request]:
    """The HTTP request that botocore's serializer makes of a call."""

    def serialized(
        protocol: str, operation: OperationModel, parameters: dict[str, Any], **headers: str
    ) -> Request:
        serializer = create_serializer(protocol, include_validation=False)
        prepared = serializer.serialize_to_request(parameters, operation)
        prepare_request_dict(prepared, endpoint_url="http://localhost:4566", user_agent="test")
        http = create_request_object(prepared).prepare()
        url = urlsplit(http.url)
        body = http.body if http.body is not None else b""
        return Request(
            method=http.method,
            path=unquote(url.path),
            raw_path=url.path,
            query=parse_qsl(url.query, keep_blank_values=True),
            headers={
                **{name.lower(): _text(value) for name, value in http.headers.items()},
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
            body=body.encode() if isinstance(body, str) else body,
        )

    return serialized


@pytest.fixture(scope="session")
def receive() -> Callable[..., dict[str, Any]]:
    """What botocore's parser makes of a response."""

    def parsed(protocol: str, shape: Any, response: Response) -> dict[str, Any]:
        http = {
            "status_code": response.status,
            "headers": HeadersDict(response.headers),
            "body": response.body,
            "context": {},
        }
        result: dict[str, Any] = create_parser(protocol).parse(http, shape)
        return result

    return parsed


def _nesting(member: tuple[str, Shape]) -> int:
    """How deep a union's member goes, as far as one sees: scalars end a recursion."""
    shape = member[1]
    inside = getattr(shape, "member", None) or getattr(shape, "value", None) or shape
    return (
        0
        if not isinstance(shape, (StructureShape, ListShape, MapShape))
        else 1 + (0 if not isinstance(inside, StructureShape) else 1 + len(inside.members))
    )


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
