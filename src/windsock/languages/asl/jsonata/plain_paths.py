"""The commonest part of expressions, names after one another: `$states.input.order.id`, `price` in a filter.

As long as they lead through objects, JSONata does nothing special to them, and they can be followed without
all that the library does for a path: lists of one, sequences of none, what it maps over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonata.parser import Parser

from windsock.languages.asl.jsonata.references import parts


@dataclass(frozen=True, slots=True)
class PlainPath:
    """Names, from a variable or, without one, from what is being looked at."""

    variable: str | None
    names: tuple[str, ...]


def plain_path(node: Parser.Symbol) -> PlainPath | None:
    """The plain path that a part of an expression is, if it is one."""
    if node.type == "variable":
        return PlainPath(node.value, ()) if node.value and not _does_more(node) else None
    if node.type != "path" or node.keep_singleton_array or any(map(_does_more, (node, *node.steps))):
        return None
    first, *others = node.steps
    variable = first.value if first.type == "variable" and first.value else None
    names = others if variable else node.steps
    if any(step.type != "name" for step in names):
        return None
    return PlainPath(variable, tuple([step.value for step in names]))


def plain_paths(tree: Parser.Symbol) -> Mapping[Parser.Symbol, PlainPath]:
    """The paths of an expression that are plain."""
    found: dict[Parser.Symbol, PlainPath] = {}
    for node in parts(tree):
        if node.type == "path" and (path := plain_path(node)):
            found[node] = path
    return found


def _does_more(node: Parser.Symbol) -> Any:
    return (
        node.predicate
        or node.stages
        or node.group
        or node.focus
        or node.index
        or node.tuple
        or node.ancestor
        or node.keep_array
    )
