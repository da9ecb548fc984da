"""Running functions: from a name to an outcome, whoever invokes.

Finds the version, asks for a place among the concurrent invocations, has the runner run it, and sees to
the log lines and measurements.
Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html and
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from windsock.kernel.errors import InternalFailure
from windsock.kernel.ids import trace_header
from windsock.kernel.scope import Scope
from windsock.runner.contract import FunctionCode, FunctionRunner, Invocation, Outcome
from windsock.services.lambda_.code_sources import CODE_DIRECTORY_TAG
from windsock.services.lambda_.concurrency_gate import ConcurrencyGate
from windsock.services.lambda_.environments import reserved_environment
from windsock.services.lambda_.errors import TooManyRequests
from windsock.services.lambda_.function_logs import FunctionLogs, Stream
from windsock.services.lambda_.function_rows import require_invoked
from windsock.services.lambda_.layer_references import find_layer_version, parse_layer_version
from windsock.services.lambda_.limits import RESPONSE_PAYLOAD
from windsock.services.lambda_.names import LATEST, FunctionName
from windsock.services.lambda_.packages import UnpackedPackages
from windsock.services.lambda_.qualifiers import version_of
from windsock.services.lambda_.role_credentials import role_credentials
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

NAMESPACE: Final = "AWS/Lambda"

_RESPONSE_TOO_LARGE: Final = orjson.dumps(
    {
        "errorMessage": (
            f"Response payload size exceeded maximum allowed payload size ({RESPONSE_PAYLOAD} bytes)."
        ),
        "errorType": "Function.ResponseSizeTooLarge",
    }
)


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one invocation, and the version that ran."""

    version: str
    outcome: Outcome


class _Found(NamedTuple):
    function: Row
    version: Row
    layers: list[tuple[Scope, str]]


class _Version(NamedTuple):
    scope: Scope
    name: str
    version: str


class _Prepared(NamedTuple):
    """A version as it is to run. Once `source` changes or `renew_ms` is past, it must be prepared anew."""

    source: str
    renew_ms: int
    code: FunctionCode


class FunctionRuns:
    """Runs functions for an engine. The runner is made when the first function runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._runner: FunctionRunner | None = None
        self._opening = asyncio.Lock()
        self._gate = ConcurrencyGate(engine.store)
        self._prepared: dict[_Version, _Prepared] = {}
        self._preparing = asyncio.Lock()
        self._under_way: Counter[str] = Counter()
        self._retired: dict[str, FunctionCode] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        engine.on_stop(self._close)

    def use(self, runner: FunctionRunner) -> None:
        """Run functions by another runner than windsock's own."""
        self._runner = runner

    async def run(
        self, named: FunctionName, request_id: str, payload: bytes, client_context: str = ""
    ) -> Run:
        """Run a function once.

        Raises ResourceNotFound, TooManyRequests, and what the runner raises for a runtime it does not have.
        """
        found = self._engine.store.read(lambda tx: _find(tx, named, request_id))
        try:
            with self._gate.entered(named.scope, named.name, found.function.reserved):
                running = self._gate.running(named.scope, named.name)
                self._count(named, "ConcurrentExecutions", running)
                code = await self._code(named, found)
                trace = trace_header(self._engine.clock.now_ms())
                invocation = Invocation(request_id, payload, named.arn, client_context, trace)
                outcome = await self._invoke(code, invocation)
        except TooManyRequests:
            self._count(named, "Throttles")
            raise
        if len(outcome.payload) > RESPONSE_PAYLOAD:
            outcome = dataclasses.replace(outcome, payload=_RESPONSE_TOO_LARGE, error="Unhandled")
        self._record(named, code, outcome)
        return Run(code.version, outcome)

    async def _invoke(self, code: FunctionCode, invocation: Invocation) -> Outcome:
        self._under_way[code.key] += 1
        try:
            runner = await self._opened_runner()
            return await runner.invoke(code, invocation)
        finally:
            self._under_way[code.key] -= 1
            if not self._under_way[code.key]:
                del self._under_way[code.key]
                retired = self._retired.pop(code.key, None)
                if retired is not None:
                    self._retire(retired)

    def forget(self, tx: Transaction, named: FunctionName) -> None:
        """Let the processes of a function end after the commit: it was deleted or changed."""
        tx.after_commit(lambda: self._forget(named.scope, named.name))

    async def _opened_runner(self) -> FunctionRunner:
        async with self._opening:
            if self._runner is None:
                # Most runs of windsock run no function; the runner's HTTP server takes as long to import as
                # all else of a start.
                from windsock.runner.processes import ProcessRunner

                runner = ProcessRunner(
                    self._engine.clock,
                    node_modules=self._engine.settings.node_modules,
                    interpreters=self._engine.settings.interpreters,
                    # No function sees what windsock keeps: its own code is shown to it all the same.
                    hidden=(self._engine.store.path.parent,),
                )
                await runner.open()
                self._runner = runner
        return self._runner

    async def _code(self, named: FunctionName, found: _Found) -> FunctionCode:
        version: Row = found.version
        directory = _code_directory(found)
        source = "/".join((*named.scope, named.name, version.version, version.revision, directory))
        place = _Version(named.scope, named.name, version.version)
        async with self._preparing:
            known = self._prepared.get(place)
            if known is not None and known.source == source and self._engine.clock.now_ms() < known.renew_ms:
                return known.code
            prepared = await self._prepare(named, found, source, directory)
            if known is not None:
                self._retire(known.code)
            self._prepared[place] = prepared
        return prepared.code

    async def _prepare(self, named: FunctionName, found: _Found, source: str, directory: str) -> _Prepared:
        version = found.version
        configuration: dict[str, Any] = orjson.loads(version.configuration)
        credentials = await role_credentials(self._engine, named, configuration["Role"])
        unpacked = self._engine.part(UnpackedPackages)
        layers = [await unpacked.hold(scope, sha256) for scope, sha256 in found.layers]
        code = FunctionCode(
            key=f"{source}/{credentials.access_key}",
            name=named.name,
            version=version.version,
            arn=named.unqualified_arn,
            runtime=configuration["Runtime"],
            handler=configuration["Handler"],
            code=Path(directory) if directory else await unpacked.hold(named.scope, version.package),
            layers=tuple(layers),
            environment=configuration.get("Environment", {}).get("Variables", {}),
            reserved=reserved_environment(named.scope, self._engine.settings.endpoint, credentials.variables),
            memory_mb=configuration["MemorySize"],
            timeout_seconds=configuration["Timeout"],
            log_group=configuration["LoggingConfig"]["LogGroup"],
            reload=bool(directory),
        )
        return _Prepared(source, credentials.renew_ms, code)

    def _record(self, named: FunctionName, code: FunctionCode, outcome: Outcome) -> None:
        self._count(named, "Invocations")
        self._count(named, "Errors", 1 if outcome.error else 0)
        self._count(named, "Duration", outcome.duration_ms)
        if outcome.log:
            stream = Stream(FunctionName(named.scope, named.name), code.log_group, outcome.log_stream)
            self._engine.part(FunctionLogs).write(stream, outcome.log)

    def _count(self, named: FunctionName, metric: str, value: float = 1) -> None:
        dimensions = {"FunctionName": named.name}
        self._engine.metrics.count(named.scope, NAMESPACE, metric, dimensions, value)
        if named.qualifier is not None:
            dimensions = {"FunctionName": named.name, "Resource": f"{named.name}:{named.qualifier}"}
            self._engine.metrics.count(named.scope, NAMESPACE, metric, dimensions, value)

    def _forget(self, scope: Scope, name: str) -> None:
        for place in [each for each in self._prepared if (each.scope, each.name) == (scope, name)]:
            self._retire(self._prepared.pop(place).code)

    def _retire(self, code: FunctionCode) -> None:
        """Let the processes of what is not to run again end, and then its packages go."""
        is_under_way = code.key in self._under_way
        if is_under_way:
            self._retired[code.key] = code
        self._engine.activity.begin()
        retiring = asyncio.create_task(self._let_go(code, with_packages=not is_under_way))
        self._retiring.add(retiring)
        retiring.add_done_callback(lambda _done: self._engine.activity.end())
        retiring.add_done_callback(self._retiring.discard)

    async def _let_go(self, code: FunctionCode, *, with_packages: bool) -> None:
        if self._runner is not None:
            await self._runner.retire(code.key)
        if with_packages:
            for directory in (code.code, *code.layers):
                await self._engine.part(UnpackedPackages).release(directory)

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.close()
        await asyncio.gather(*self._retiring)


def _find(tx: Snapshot, named: FunctionName, request_id: str) -> _Found:
    function = require_invoked(tx, named)
    version = version_of(tx, named, request_id)
    return _Found(function, version, _layers(tx, version))


def _layers(tx: Snapshot, version: Row) -> list[tuple[Scope, str]]:
    layers = []
    for layer in orjson.loads(version.configuration).get("Layers", ()):
        named = parse_layer_version(layer["Arn"])
        row = None if named is None else find_layer_version(tx, named)
        if named is None or row is None:
            raise InternalFailure(f"The layer {layer['Arn']} is not in the store.")
        layers.append((named.scope, row.package))
    return layers


def _code_directory(found: _Found) -> str:
    """The directory `$LATEST` runs from, or nothing: published versions do not change."""
    if found.version.version != LATEST:
        return ""
    directory: str = orjson.loads(found.function.tags).get(CODE_DIRECTORY_TAG, "")
    return directory
