"""A diagnostic: what is wrong with a definition, and where.

Source:
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from windsock.languages.json_places import Path

Severity = Literal["ERROR", "WARNING"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `path` leads to the value at fault; None where AWS gives no place.

    `member` is what is meant in it, where AWS's place is that of the whole object. `location` is the place as
    AWS writes it, `offset` where a text that is no JSON goes wrong.
    """

    severity: Severity
    code: str
    message: str
    path: Path | None = None
    member: str | None = None
    location: str | None = None
    offset: int | None = None

    @classmethod
    def at(
        cls, severity: Severity, code: str, message: str, path: Path, member: str | None = None
    ) -> Diagnostic:
        """A finding about the value that `path` leads to."""
        return cls(severity, code, message, path, member, location_of(path))


def location_of(path: Path) -> str:
    """The path as AWS writes it: `/States/Pick/Choices[0]/Next`."""
    if not path:
        return "/"
    return "".join(f"[{part}]" if isinstance(part, int) else f"/{part}" for part in path)


def refusal(diagnostics: Iterable[Diagnostic]) -> str | None:
    """The message of the InvalidDefinition error these diagnostics mean, or None when there is no error.

    As CreateStateMachine, UpdateStateMachine and TestState word it: all errors, `null` for one with no place.
    """
    errors = [
        f"{found.code}: {found.message} at {found.location or 'null'}"
        for found in diagnostics
        if found.severity == "ERROR"
    ]
    return f"Invalid State Machine Definition: '{', '.join(errors)}'" if errors else None
