"""What a state that is tried finds: input, variables, context object, and the execution it seems to be in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from windsock.languages.asl.context import Facts, instant
from windsock.languages.asl.document import Document
from windsock.languages.asl.frames import ROOT
from windsock.languages.asl.machine import Machine
from windsock.languages.asl.run import Run
from windsock.languages.asl.trials.subject import Subject


@dataclass(frozen=True, slots=True)
class Execution:
    """The execution that the state believes to be in, and the token of its task."""

    arn: str
    name: str
    machine_arn: str
    machine_name: str
    role_arn: str
    token: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What the state finds at an instant. `input` is JSON, `retries` how often the state was tried already.

    `context` is the context object; without it there is one that tells of `execution`.
    """

    input: str
    execution: Execution
    now_ms: int
    variables: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] | None = None
    retries: int = 0

    def run(self, subject: Subject, machine: Machine) -> Run:
        """A run of a machine of the state, that has not begun."""
        run = Run.new(machine, self._facts(subject))
        run.tree.frames[ROOT].variables = {name: Document(value) for name, value in self.variables.items()}
        return run

    def _facts(self, subject: Subject) -> Facts:
        execution, value = self.execution, orjson.loads(self.input)
        return Facts(
            execution.arn,
            execution.name,
            execution.machine_arn,
            execution.machine_name,
            execution.role_arn,
            self.now_ms,
            value,
            lambda _frame, _seq: execution.token,
            input_text=self.input,
            context=self._context(subject, value) if self.context is None else self.context,
        )

    def _context(self, subject: Subject, value: Any) -> dict[str, Any]:
        execution, now = self.execution, instant(self.now_ms)
        state: dict[str, Any] = {"Name": subject.name, "EnteredTime": now}
        if subject.retriable:
            state["RetryCount"] = self.retries
        context = {
            "Execution": {
                "Id": execution.arn,
                "Input": value,
                "StartTime": now,
                "Name": execution.name,
                "RoleArn": execution.role_arn,
            },
            "State": state,
            "StateMachine": {"Id": execution.machine_arn, "Name": execution.machine_name},
        }
        if subject.waits_for_token:
            context["Task"] = {"Token": execution.token}
        return context
