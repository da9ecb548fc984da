"""Every object of a definition with what is known of it: its shape, its place, its query language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from windsock.languages.asl.diagnostics.fields import Field, Language, Shape
from windsock.languages.asl.diagnostics.shapes import SHAPES
from windsock.languages.asl.diagnostics.state_shapes import UNKNOWN_STATE
from windsock.languages.json_places import Path

Kind = Literal["STANDARD", "EXPRESS"]

KnowsAction = Callable[[str, str], bool]
"""Whether the AWS SDK has a service (`cognitoidentityprovider`) with an action (`adminGetUser`)."""

_PROCESSOR_FIELDS = ("ItemProcessor", "Iterator")


@dataclass(frozen=True, slots=True)
class Node:
    """One object of a definition. `kind` is that of the (child) executions it runs in."""

    shape: Shape
    value: Mapping[str, Any]
    path: Path
    language: Language
    machine_language: Language
    kind: Kind
    knows_action: KnowsAction | None = None
    within: Node | None = None

    @property
    def name(self) -> str:
        """The last name in the way to it: for a state, its own."""
        return str(self.path[-1]) if self.path else ""

    def around(self) -> Iterator[Node]:
        """The nodes that contain it, innermost first."""
        node = self.within
        while node is not None:
            yield node
            node = node.within

    def fields(self) -> Iterator[tuple[str, Field, Any]]:
        """The fields it has and may have in its query language, with their values."""
        for name, value in self.value.items():
            field = self.shape.fields.get(name)
            if field is not None and field.language in (None, self.language):
                yield name, field, value

    def is_expression(self, field: Field, value: object) -> bool:
        """Whether a JSONata expression stands, and may stand, in place of the field's value."""
        return field.expression and self.language == "JSONata" and is_jsonata(value)


def is_jsonata(value: object) -> bool:
    """Whether a value is a JSONata expression: text between `{%` and `%}`, which begin and end it."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


def machine_node(definition: Mapping[str, Any], kind: Kind, knows_action: KnowsAction | None) -> Node:
    """The outermost object of a definition."""
    language: Language = "JSONata" if definition.get("QueryLanguage") == "JSONata" else "JSONPath"
    return Node(SHAPES["StateMachine"], definition, (), language, language, kind, knows_action)


def descend(node: Node) -> Iterator[Node]:
    """The node and all nodes within it, each before what it contains."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(_children(node))))


def _children(node: Node) -> Iterator[Node]:
    if node.shape.is_machine and isinstance(node.value.get("States"), dict):
        for name, state in node.value["States"].items():
            if isinstance(state, dict):
                yield state_node(node, name, state)
    for name, field, value in node.fields():
        if field.shape is None:
            continue
        shape = SHAPES[field.shape]
        kind = _kind_within(node, name, value)
        elements = [((name,), value)] if field.type == "Object" else _elements(name, value)
        for place, each in elements:
            if isinstance(each, dict):
                path = (*node.path, *place)
                yield replace(node, shape=shape, value=each, path=path, kind=kind, within=node)


def state_node(machine: Node, name: str, state: Mapping[str, Any]) -> Node:
    """A state of a machine, branch or processor."""
    type_name = state.get("Type")
    shape = SHAPES.get(type_name, UNKNOWN_STATE) if isinstance(type_name, str) else UNKNOWN_STATE
    language = machine.machine_language
    if state.get("QueryLanguage") in ("JSONPath", "JSONata"):
        language = state["QueryLanguage"]
    return replace(
        machine,
        shape=shape if shape.is_state else UNKNOWN_STATE,
        value=state,
        path=(*machine.path, "States", name),
        language=language,
        within=machine,
    )


def _elements(name: str, value: object) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield (name, index), each


def _kind_within(node: Node, name: str, value: object) -> Kind:
    """Iterations of a distributed Map are executions of their own kind."""
    if name in _PROCESSOR_FIELDS and isinstance(value, dict):
        settings = value.get("ProcessorConfig")
        if isinstance(settings, dict) and settings.get("ExecutionType") in ("STANDARD", "EXPRESS"):
            kind: Kind = settings["ExecutionType"]
            return kind
    return node.kind
