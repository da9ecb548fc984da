"""Why a pattern matched an event, or why it did not, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from windsock.languages.patterns.conditions import FieldPattern
from windsock.languages.patterns.consistency import holds
from windsock.languages.patterns.fields import Fields, Occurrences
from windsock.languages.patterns.pattern import Group, Pattern
from windsock.languages.patterns.values import MISSING, Scalar, plain, to_json

_VALUES_SHOWN: Final = 5
_INCONSISTENT = "each condition holds, but not all of them within the same array elements"


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """What a pattern asked of one field, and what the event had."""

    path: str
    passed: bool
    wanted: list[object]
    """The pattern's array for the field."""
    actual: tuple[Scalar, ...]
    """The event's values, several if the field is an array or inside one; empty if there is none."""
    instead: str | None
    """What the event has there when it has no value: "an object" or "an empty array"; None if nothing."""

    def __str__(self) -> str:
        wanted = f"wanted one of {to_json(self.wanted)}"
        if not self.actual:
            absence = "field is absent" if self.instead is None else f"field has no value but {self.instead}"
            return f"{self.path}: {absence}, {wanted}"
        got = ", ".join(to_json(value) for value in self.actual[:_VALUES_SHOWN])
        if len(self.actual) > _VALUES_SHOWN:
            got += f" and {len(self.actual) - _VALUES_SHOWN} more"
        return f"{self.path}: {wanted}, got {got}"

    def lines(self) -> Iterator[str]:
        """The finding as text."""
        yield f"{_mark(self.passed)} {self}"

    def as_dict(self) -> dict[str, object]:
        """JSON-able: `{"path", "passed", "wanted", "actual", "absent"}`, and `"instead"` where something else
        is."""
        found: dict[str, object] = {
            "path": self.path,
            "passed": self.passed,
            "wanted": self.wanted,
            "actual": [plain(value) for value in self.actual],
            "absent": not self.actual,
        }
        return found if self.instead is None else {**found, "instead": self.instead}


@dataclass(frozen=True, slots=True)
class OrFinding:
    """What became of the branches of an `$or`."""

    passed: bool
    branches: tuple[tuple[Finding, ...], ...]

    def lines(self) -> Iterator[str]:
        """The finding as text."""
        yield f"{_mark(self.passed)} $or: {'a' if self.passed else 'no'} branch holds"
        for number, branch in enumerate(self.branches, 1):
            yield f"  {_mark(_all_passed(branch))} branch {number}"
            for finding in branch:
                for line in finding.lines():
                    yield f"    {line}"

    def as_dict(self) -> dict[str, object]:
        """JSON-able: `{"$or": [{"passed", "findings"}, ...], "passed"}`."""
        branches = [
            {"passed": _all_passed(branch), "findings": [finding.as_dict() for finding in branch]}
            for branch in self.branches
        ]
        return {"$or": branches, "passed": self.passed}


Finding: TypeAlias = FieldFinding | OrFinding


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pattern matched, or did not. `str()` is text for people, `as_dict()` the same for programs."""

    name: str
    matched: bool
    findings: tuple[Finding, ...]
    note: str | None
    """What the single findings do not show."""

    @property
    def failures(self) -> list[str]:
        """A line for each field that failed, those of branches that an `$or` did not need left out."""
        return list(_failures(self.findings))

    def __str__(self) -> str:
        lines = [f"{self.name}: {'matches' if self.matched else 'does not match'}"]
        lines += [f"  {line}" for finding in self.findings for line in finding.lines()]
        if self.note is not None:
            lines.append(f"  {_mark(self.matched)} {self.note}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """JSON-able: `{"name", "matched", "findings", "note"}`."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"name": self.name, "matched": self.matched, "findings": findings, "note": self.note}


def explain(pattern: Pattern, event: dict[str, Any], name: str) -> Explanation:
    """Explain one pattern's verdict on an event."""
    examiner = _Examiner(pattern, event)
    findings = examiner.group(pattern.group)
    note = None if examiner.matched or not _all_passed(findings) else _INCONSISTENT
    return Explanation(name, examiner.matched, findings, note)


class _Examiner:
    """Looks at every condition of a pattern by itself."""

    def __init__(self, pattern: Pattern, event: dict[str, Any]) -> None:
        self._event = event
        fields = Fields()
        for clause in pattern.clauses:
            fields.claim(clause)
        self._effective = {field for clause in pattern.clauses for field in clause}
        self._occurrences: Occurrences = fields.occurrences(event)
        self.matched = any(holds(clause, self._occurrences) for clause in pattern.clauses)

    def group(self, group: Group) -> tuple[Finding, ...]:
        findings: list[Finding] = []
        for item in group:
            if not isinstance(item, FieldPattern):
                branches = tuple(self.group(branch) for branch in item.branches)
                findings.append(OrFinding(any(_all_passed(branch) for branch in branches), branches))
            elif item in self._effective:
                findings.append(self._field(item))
        return tuple(findings)

    def _field(self, field: FieldPattern) -> FieldFinding:
        test = field.test
        actual = tuple(value for value, _ in self._occurrences.get(field.path, ()))
        # Within arrays, absence is judged in the elements that match: a pattern that matched found it there.
        passed = any(map(test, actual)) or ((self.matched or not actual) and test(MISSING))
        instead = None if actual else _what_is_at(self._event, field.path)
        return FieldFinding(field.path, passed, field.source, actual, instead)


def _what_is_at(event: dict[str, Any], path: str) -> str | None:
    at: object = event
    for step in path.split("."):
        if not isinstance(at, dict) or step not in at:
            return None
        at = at[step]
    if isinstance(at, dict):
        return "an object"
    return None if at else "an empty array"


def _failures(findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        if finding.passed:
            continue
        if isinstance(finding, FieldFinding):
            yield str(finding)
        else:
            for branch in finding.branches:
                yield from _failures(branch)


def _all_passed(findings: tuple[Finding, ...]) -> bool:
    return all(finding.passed for finding in findings)


def _mark(passed: bool) -> str:
    return "ok  " if passed else "FAIL"
