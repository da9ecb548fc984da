"""The state that is tried, and the machine it is put into."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.languages.asl.machine import Machine

NAME: Final = "StateName"
"""What AWS calls a state that is tried without its machine."""

_MOCKED: Final = "arn:aws:lambda:us-east-1:123456789012:function:mocked"
_FLOW: Final = frozenset(
    [
        "Type",
        "QueryLanguage",
        "Next",
        "End",
        "InputPath",
        "OutputPath",
        "ResultSelector",
        "ResultPath",
        "Output",
        "Assign",
        "Retry",
        "Catch",
    ]
)
"""The fields of a Parallel or Map that a Task has as well."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A state with its name. `jsonata_machine` says that its whole machine is in JSONata."""

    name: str
    spec: Mapping[str, Any]
    jsonata_machine: bool = False

    @property
    def type(self) -> str:
        """Its Type."""
        return str(self.spec["Type"])

    @property
    def jsonata(self) -> bool:
        """Whether its query language is JSONata."""
        return self.jsonata_machine or self.spec.get("QueryLanguage") == "JSONata"

    @property
    def retriable(self) -> bool:
        """Whether it can have Retry and Catch."""
        return self.type in ("Task", "Parallel", "Map")

    @property
    def waits_for_token(self) -> bool:
        """Whether it is a task that somebody ends with its token."""
        return str(self.spec.get("Resource")).endswith(".waitForTaskToken")

    def machine(self, without: Collection[str] = ()) -> Machine:
        """A machine of this state, without some of its fields; where it leads to are states that do nothing.

        A Parallel or Map is a task in it: its branches or iterations are mocked. Raises DefinitionError.
        """
        spec = self.spec
        if self.type in ("Parallel", "Map"):
            spec = {name: value for name, value in spec.items() if name in _FLOW}
            spec = {**spec, "Type": "Task", "Resource": _MOCKED}
        spec = {name: value for name, value in spec.items() if name not in without}
        states = {target: {"Type": "Succeed"} for target in _targets(spec)}
        language = {"QueryLanguage": "JSONata"} if self.jsonata_machine else {}
        return Machine.compile({**language, "StartAt": self.name, "States": {**states, self.name: spec}})


def lone_state(spec: Mapping[str, Any]) -> Subject:
    """A state without its machine."""
    return Subject(NAME, spec)


def find_state(definition: Mapping[str, Any], name: str) -> Subject | None:
    """The state of that name, wherever in the definition of a machine it is."""
    jsonata = definition.get("QueryLanguage") == "JSONata"
    waiting = [definition]
    while waiting:
        for each, spec in waiting.pop()["States"].items():
            if each == name:
                return Subject(name, spec, jsonata)
            waiting.extend(spec.get("Branches", ()))
            waiting.extend(spec[part] for part in ("ItemProcessor", "Iterator") if part in spec)
    return None


def _targets(spec: Mapping[str, Any]) -> Iterator[str]:
    yield from (spec[field] for field in ("Next", "Default") if field in spec)
    for field in ("Choices", "Catch"):
        yield from (each["Next"] for each in spec.get(field, ()))
