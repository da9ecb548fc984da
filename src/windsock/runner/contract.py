"""What running a function takes and gives.

A *runner* keeps warm processes by `FunctionCode.key` and gives each one invocation at a time. What is
written here is all that the rest of windsock knows of it.
Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """A function as it is to run. Two with the same `key` may share processes.

    `key` changes whenever anything here does. `runtime` is AWS's name (`python3.12`), `code` the
    directory of the unpacked package, `layers` those of the unpacked layers in their order,
    `environment` the function's own variables, `reserved` those the Lambda service sets
    (AWS_REGION, credentials, AWS_ENDPOINT_URL ...). With `reload` the code is the user's own
    directory and its processes are replaced when a file in it changes.
    """

    key: str
    name: str
    version: str
    arn: str
    runtime: str
    handler: str
    code: Path
    layers: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    reserved: Mapping[str, str] = field(default_factory=dict)
    memory_mb: int = 128
    timeout_seconds: float = 3
    log_group: str = ""
    reload: bool = False


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event for a function: `payload` is JSON, `client_context` base64 JSON or empty.

    `trace_id` is what the X-Ray header of the call says, or empty.
    """

    request_id: str
    payload: bytes
    invoked_arn: str
    client_context: str = ""
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an invocation.

    `payload` is the function's result, or AWS's error object when `error` is `Unhandled` or `Handled`.
    `log` is everything the process printed, START, END and REPORT lines included; `log_stream` names
    the stream it belongs to; durations are real milliseconds.
    """

    payload: bytes
    error: Literal["", "Handled", "Unhandled"]
    log: str
    log_stream: str
    duration_ms: float
    init_ms: float | None


class FunctionRunner(Protocol):
    """Runs functions."""

    async def invoke(self, code: FunctionCode, invocation: Invocation) -> Outcome:
        """Run a function once, in a warm process or a new one. Never raises for what the function does.

        Raises AwsError for a runtime that cannot run here, naming what is missing.
        """

    async def retire(self, key: str) -> None:
        """End the processes of a key once they are idle: the function was changed or deleted."""

    async def close(self) -> None:
        """End all processes."""
