"""An Express execution: what it is, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from windsock.kernel.scope import Scope
from windsock.languages.asl.context import Facts
from windsock.languages.asl.run import HistoryEvent
from windsock.services.stepfunctions.definitions import Definition
from windsock.services.stepfunctions.names import express_arn, machine_arn


@dataclass(frozen=True, slots=True)
class ExpressExecution:
    """An Express execution. `run` tells apart those of one name."""

    scope: Scope
    definition: Definition
    machine: str
    name: str
    run: str
    input: str
    started_ms: int
    origin: str = ""

    @property
    def arn(self) -> str:
        return express_arn(self.scope, self.machine, self.name, self.run)

    @property
    def machine_arn(self) -> str:
        return machine_arn(self.scope, self.machine)

    def facts(self) -> Facts:
        """What the context object tells."""
        return Facts(
            execution_arn=self.arn,
            execution_name=self.name,
            machine_arn=self.machine_arn,
            machine_name=self.machine,
            role_arn=self.definition.role,
            started_ms=self.started_ms,
            input=orjson.loads(self.input),
            token=_no_token,
            input_text=self.input,
            most_events=None,
        )


@dataclass(slots=True)
class ExpressEnd:
    """How an Express execution ended, and its events, those left out that were logged before or never are."""

    status: str
    stopped_ms: int
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    events: list[HistoryEvent] = field(default_factory=list)


def _no_token(_frame: int, _seq: int) -> str:
    """Nobody outside can end a task of an Express execution."""
    return ""
