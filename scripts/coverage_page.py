"""Write docs/coverage.md: what of each service is answered, and by whom.

    python scripts/coverage_page.py [--check]

`--check` writes nothing and ends with status 1 when the page is not what the code would give.
"""

from __future__ import annotations

import sys
from pathlib import Path

from windsock.app import find_rooms
from windsock.engine.call_target import CallTarget
from windsock.engine.rooms import Rooms
from windsock.engine.targets import TargetKind
from windsock.kernel.models import protocols, service_model
from windsock.simulation.backend.answering import moto_operations

PAGE = Path(__file__).parent.parent / "docs" / "coverage.md"
INTRODUCTION = """# Coverage

Written by `make coverage`; do not edit. What is neither native nor simulated is answered with status
501, code `NotImplemented` and its name: never with a silent success. `windsock status` says who answers
each service of the windsock that runs, those that are passed on included.
"""
SIMULATED = """
## Simulated services

moto answers these in a process of its own ([how](simulation.md)); which operations it has is in
`src/windsock/simulation/backend/moto_operations.json`. What windsock adds or does in moto's place is named.

| service | answered | of | windsock's own |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The page, as Markdown."""
    rooms = find_rooms()
    found = {name: set(room.operations) for name, room in rooms.all().items() if room.operations}
    native = {name: operations for name, operations in found.items() if rooms.is_native(name)}
    parts = [INTRODUCTION, _summary(native), "## Targets of rules\n"]
    parts += [_target(kind, rooms) for kind in sorted(rooms.target_kinds(), key=lambda kind: kind.name)]
    parts.append(SIMULATED + _simulated(rooms, found))
    for service in sorted(native):
        known = set(service_model(service).operation_names)
        parts.append(f"\n## {service}\n")
        parts.append("Native: " + ", ".join(f"`{name}`" for name in sorted(native[service] & known)) + ".")
        missing = sorted(known - native[service])
        if missing:
            parts.append("\nNot yet: " + ", ".join(missing) + ".")
    return "\n".join(parts) + "\n"


def _target(kind: TargetKind, rooms: Rooms) -> str:
    if isinstance(kind, CallTarget) and not _is_answered(kind.operation, rooms):
        return f"- `{kind.name}`: refused at PutTargets until windsock answers {':'.join(kind.operation)}"
    return f"- `{kind.name}`"


def _is_answered(operation: tuple[str, str], rooms: Rooms) -> bool:
    service, name = operation
    simulated = not rooms.is_native(service) and name in moto_operations().get(service, ())
    return simulated or rooms.operation(service, name) is not None


def _summary(native: dict[str, set[str]]) -> str:
    rows = ["| service | native | of | protocols |", "| --- | --- | --- | --- |"]
    for service in sorted(native):
        known = set(service_model(service).operation_names)
        spoken = ", ".join(protocols(service))
        rows.append(f"| [{service}](#{service}) | {len(native[service] & known)} | {len(known)} | {spoken} |")
    return "\n".join(rows) + "\n"


def _simulated(rooms: Rooms, found: dict[str, set[str]]) -> str:
    rows = []
    for service, answered in moto_operations().items():
        if not rooms.is_native(service):
            known = set(service_model(service).operation_names)
            own = found.get(service, set()) & known
            named = ", ".join(f"`{name}`" for name in sorted(own))
            rows.append(f"| {service} | {len(answered | own)} | {len(known)} | {named} |")
    return "\n".join(rows)


if __name__ == "__main__":
    made = page()
    if "--check" not in sys.argv:
        PAGE.write_text(made)
    elif PAGE.read_text() != made:
        sys.exit("docs/coverage.md is not up to date: run `make coverage`.")
