"""Choice: goes where the first rule that holds says.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl.choices import Rule
from windsock.languages.asl.compiling import Place, state_kind
from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import DefinitionError, StatesError
from windsock.languages.asl.failures import NO_CHOICE
from windsock.languages.asl.flows.flow import Flow
from windsock.languages.asl.flows.jsonata import JsonataFlow
from windsock.languages.asl.flows.jsonpath import JsonPathFlow
from windsock.languages.asl.jsonata import JsonataTemplate
from windsock.languages.asl.lines import State

if TYPE_CHECKING:
    from windsock.languages.asl.environment import Environment
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


@state_kind("Choice")
class Choice(State):
    """See the module."""

    kind = "Choice"

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(place.state, None)
        rules = spec.get("Choices")
        if not isinstance(rules, list) or not rules:
            raise DefinitionError("Choices must be a non-empty array")
        self._default = spec.get("Default")
        if self._default is not None and not isinstance(self._default, str):
            raise DefinitionError("Default must be the name of a state")
        self._flow = place.flow(spec)
        kind = _JsonataCase if place.jsonata else _JsonPathCase
        self._cases = tuple(kind(rule, spec, number) for number, rule in enumerate(rules))

    def goes_to(self) -> Iterator[str]:
        """See State."""
        for case in self._cases:
            yield case.following
        if self._default is not None:
            yield self._default

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        effective = self._flow.input(turn, frame)
        environment = turn.environment(frame)
        flow, following = self._flow, self._default
        for case in self._cases:
            if case.holds(effective, environment):
                flow, following = case.flow, case.following
                break
        if following is None:
            raise StatesError(
                NO_CHOICE, "Failed to transition out of the state. The state does not point to a next state."
            )
        output, assigned = flow.leave(turn, frame, effective)
        turn.leave(frame, self, following, output, assigned)


class _Case:
    """A rule, where it leads, and what it makes of the data: its own Assign and Output, not the state's."""

    flow: Flow

    def __init__(self, rule: Any) -> None:
        if not isinstance(rule, Mapping):
            raise DefinitionError("A choice rule must be a JSON object")
        following = rule.get("Next")
        if not isinstance(following, str):
            raise DefinitionError("A choice rule needs Next")
        self.following = following

    def holds(self, document: Document, environment: Environment) -> bool:
        """Whether the rule holds. Raises StatesError."""
        raise NotImplementedError


class _JsonPathCase(_Case):
    def __init__(self, rule: Any, spec: Mapping[str, Any], number: int) -> None:
        super().__init__(rule)
        self._rule = Rule.compile(rule)
        paths = {name: spec[name] for name in ("InputPath", "OutputPath") if name in spec}
        assign = {"Assign": rule["Assign"]} if "Assign" in rule else {}
        self.flow = JsonPathFlow(paths | assign)

    def holds(self, document: Document, environment: Environment) -> bool:
        """See _Case."""
        return self._rule.holds(document.value, environment)


class _JsonataCase(_Case):
    def __init__(self, rule: Any, spec: Mapping[str, Any], number: int) -> None:
        super().__init__(rule)
        place = f"Choices[{number}]"
        self._condition = JsonataTemplate.compile(rule.get("Condition"), field=f"{place}/Condition")
        own = {name: rule[name] for name in ("Assign", "Output") if name in rule}
        self.flow = JsonataFlow(own, within=f"{place}/")

    def holds(self, document: Document, environment: Environment) -> bool:
        """See _Case."""
        return bool(self._condition.evaluate_as("boolean", {"input": document.value}, environment))
