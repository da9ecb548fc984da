"""What an expression refers to that Step Functions does not have: there is no document at the top level.

A name or `$` stands for (a part of) what is being looked at, which is nothing until a path, a predicate or
the like looks at something. AWS refuses definitions with such references.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jsonata.parser import Parser

_INNER: Final = frozenset(("stages", "predicate", "group", "terms", "pattern", "update", "delete"))
"""Parts that look at something: inside of them names are fine."""

_NOT_PARTS: Final = frozenset(
    ("slot", "ancestor", "_outer_instance", "environment", "next_function", "signature")
)
_CONTEXT: Final = frozenset(("name", "wildcard", "descendant"))


def unsupported_reference(expression: Parser.Symbol) -> str | None:
    """What to say of the first such reference, as AWS says it; None when there is none."""
    for part, is_outermost in _walk(expression):
        if problem := _problem(part, is_outermost):
            return problem
    return None


def parts(expression: Parser.Symbol) -> Iterator[Parser.Symbol]:
    """All parts of an expression, itself included."""
    return (part for part, _ in _walk(expression))


def _walk(expression: Parser.Symbol) -> Iterator[tuple[Parser.Symbol, bool]]:
    """All parts in the order written, each with whether it is outermost: whether it looks at nothing yet."""
    pending: list[tuple[Any, bool]] = [(expression, True)]
    while pending:
        part, is_outermost = pending.pop()
        if isinstance(part, list | tuple):
            pending.extend((each, is_outermost) for each in reversed(part))
        elif isinstance(part, Parser.Symbol):
            yield part, is_outermost
            pending.extend(reversed(list(_inside(part, is_outermost))))


def _problem(part: Parser.Symbol, is_outermost: bool) -> str | None:
    if part.type == "variable" and part.value == "$":
        return "Reference to '$$' is not supported."
    if is_outermost and part.type in _CONTEXT:
        return f"Reference to '{part.value}' at the top level is not supported."
    if is_outermost and part.type == "variable" and part.value == "":
        return "Reference to '$' at the top level is not supported."
    return None


def _inside(part: Parser.Symbol, is_outermost: bool) -> Iterator[tuple[Any, bool]]:
    for name, value in vars(part).items():
        if name in _NOT_PARTS or not isinstance(value, Parser.Symbol | list | tuple):
            continue
        if name == "steps":
            yield value[:1], is_outermost
            yield value[1:], False
        else:
            yield value, is_outermost and name not in _INNER
