"""What every protocol's codec does, and how a codec compiles shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError, NotImplementedOperation

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

Function = TypeVar("Function", bound=Callable[..., Any])


class Codec(Protocol):
    """One wire protocol in both directions, as the server speaks it.

    Parameters and results are keyed by the member names of the botocore model. Timestamps are
    parsed to aware UTC datetimes (results may also hold epoch seconds), blobs to bytes.
    """

    name: str

    def parse(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """The parameters of a call. Unknown members are ignored, absent and null ones left out.

        Raises SerializationError (400) for a body that is malformed or of the wrong types.
        """

    def serialize(self, operation: OperationModel, result: Mapping[str, Any], request_id: str) -> Response:
        """A successful answer. Members that are None are left out, unknown ones ignored."""

    def serialize_error(
        self, operation: OperationModel | None, service: str | None, error: AwsError, request_id: str
    ) -> Response:
        """An answer that is an error; `operation` and `service` are None where neither was recognised."""


class ShapeCompiler(Generic[Function]):
    """Turns the shapes of one service model into functions, each shape once, recursion included.

    `builders` has one builder per type name of the model (`structure`, `list`, `string` ...); a
    builder gets this compiler, to compile what is inside, and the shape.
    """

    def __init__(self, builders: Mapping[str, Callable[[ShapeCompiler[Function], Any], Function]]) -> None:
        self._builders = builders
        self._compiled: dict[tuple[str, str], Function] = {}
        self._begun: set[tuple[str, str]] = set()

    def compile(self, shape: Shape) -> Function:
        """The function of `shape`; the same for every reference to it with the same traits."""
        key = (shape.name, repr(sorted(shape.serialization.items(), key=lambda trait: trait[0])))
        done = self._compiled.get(key)
        if done is not None:
            return done
        if key in self._begun:
            return self._later(key)
        self._begun.add(key)
        function = self._builders[shape.type_name](self, shape)
        self._compiled[key] = function
        return function

    def _later(self, key: tuple[str, str]) -> Function:
        compiled = self._compiled

        def recurse(*arguments: Any) -> Any:
            return compiled[key](*arguments)

        return recurse  # type: ignore[return-value]  # it has the signature of what it stands for


def refuse_event_stream(operation: OperationModel) -> None:
    """Raise NotImplementedOperation for an operation that streams events in either direction."""
    if operation.has_event_stream_input or operation.has_event_stream_output:
        raise NotImplementedOperation(operation.service_model.service_name, operation.name)
