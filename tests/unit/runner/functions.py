"""Functions to run: packages written where a test wants them, and a runner that runs them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from windsock.runner.contract import FunctionCode, Invocation, Outcome
from windsock.runner.processes import ProcessRunner

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:under-test"


def package(directory: Path, files: Mapping[str, str]) -> Path:
    """An unpacked package with these files."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def function(code: Path, runtime: str, handler: str, **changes: Any) -> FunctionCode:
    """A function of a package; every one has a key of its own."""
    base = FunctionCode(
        key=uuid.uuid4().hex,
        name="under-test",
        version="$LATEST",
        arn=ARN,
        runtime=runtime,
        handler=handler,
        code=code,
        reserved={"AWS_REGION": "eu-west-1"},
        memory_mb=256,
        timeout_seconds=30,
        log_group="/aws/lambda/under-test",
    )
    return replace(base, **changes)


@dataclass(frozen=True)
class Ran:
    """An outcome with its payload read."""

    outcome: Outcome
    request_id: str

    @property
    def result(self) -> Any:
        return json.loads(self.outcome.payload)

    @property
    def error(self) -> str:
        return self.outcome.error

    @property
    def log(self) -> str:
        """The log with this request's id written as `ID`."""
        return self.outcome.log.replace(self.request_id, "ID")

    @property
    def output(self) -> list[str]:
        """The lines between START and END."""
        lines = self.log.splitlines()
        first = lines.index("START RequestId: ID Version: $LATEST")
        return lines[first + 1 : lines.index("END RequestId: ID")]


async def run(runner: ProcessRunner, code: FunctionCode, event: Any = None, client_context: str = "") -> Ran:
    """Invoke a function."""
    request_id = str(uuid.uuid4())
    payload = json.dumps(event).encode()
    outcome = await runner.invoke(
        code, Invocation(request_id, payload, ARN, client_context, "Root=1-5759e988")
    )
    return Ran(outcome, request_id)


@dataclass
class Receiver:
    """A place CloudFormation might wait at for the answers of custom resources."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def request(self) -> dict[str, str]:
        """What a function is asked, as far as it answers with it."""
        return {
            "RequestType": "Create",
            "ResponseURL": self.url,
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "Custom",
        }

    async def put(self, request: web.Request) -> web.Response:
        assert request.method == "PUT"
        self.bodies.append(json.loads(await request.read()))
        return web.Response()
