"""How a rule is made: a generator under `@rule`, alone in a file of `rules/`.

    @rule("SCHEMA_VALIDATION_FAILED")
    def check(node: Node) -> Iterator[Finding]:
        \"\"\"Each object has only fields of its kind.\"\"\"

It is asked about every object of a definition and says what is wrong with it. Its docstring is what
docs/asl-diagnostics.md says of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from windsock.kernel.discovery import mark, marked
from windsock.languages.asl.diagnostics.diagnostic import Severity
from windsock.languages.asl.diagnostics.walk import Node
from windsock.languages.json_places import Path

PACKAGE = "windsock.languages.asl.diagnostics.rules"


class Stage(Enum):
    """When a rule is asked, in this order."""

    STRUCTURE = "structure"
    TRANSITIONS = "transitions"
    ENDS = "ends"
    REACH = "reach"


DECISIVE = (Stage.STRUCTURE, Stage.ENDS)
"""An error in one of these stages ends the asking, as at AWS."""


class Finding:
    """What is wrong, at `path` within the object that the rule was asked about."""

    __slots__ = ("code", "member", "message", "nowhere", "path")

    def __init__(
        self,
        message: str,
        *path: str | int,
        member: str | None = None,
        code: str | None = None,
        nowhere: bool = False,
    ) -> None:
        """`member` is what is meant in the value, where AWS's place is that of the whole value.

        `code` is in place of the rule's own; `nowhere` is for what AWS gives no place.
        """
        self.message = message
        self.path: Path = path
        self.member = member
        self.code = code
        self.nowhere = nowhere


Check = Callable[[Node], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's code, its severity and when it is asked.

    `recorded` says that its messages are AWS's, word for word; others are ours in the same style.
    """

    code: str
    severity: Severity = "ERROR"
    stage: Stage = Stage.STRUCTURE
    recorded: bool = True


def rule(
    code: str, *, severity: Severity = "ERROR", stage: Stage = Stage.STRUCTURE, recorded: bool = True
) -> Callable[[Check], Check]:
    """Mark a generator as a rule."""

    def register(check: Check) -> Check:
        mark(check, Rule(code, severity, stage, recorded))
        return check

    return register


@functools.cache
def rules() -> tuple[tuple[Rule, Check], ...]:
    """All rules, in the order of their files' names."""
    return tuple(marked(PACKAGE, Rule))
