"""Write docs/coverage.md: what of each service windsock answers itself.

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

PAGE = Path(__file__).parent.parent / "docs" / "coverage.md"
INTRODUCTION = """# Coverage

Written by `make coverage`; do not edit. An operation that is not listed as native is answered with
status 501, code `NotImplemented` and its name: never with a silent success. Services that are not
on this page are not there yet.
"""


def page() -> str:
    """The page, as Markdown."""
    rooms = find_rooms()
    native = {name: set(room.operations) for name, room in rooms.all().items() if room.operations}
    parts = [INTRODUCTION, _summary(native), "## Targets of rules\n"]
    parts += [_target(kind, rooms) for kind in sorted(rooms.target_kinds(), key=lambda kind: kind.name)]
    for service in sorted(native):
        known = set(service_model(service).operation_names)
        parts.append(f"\n## {service}\n")
        parts.append("Native: " + ", ".join(f"`{name}`" for name in sorted(native[service] & known)) + ".")
        missing = sorted(known - native[service])
        if missing:
            parts.append("\nNot yet: " + ", ".join(missing) + ".")
    return "\n".join(parts) + "\n"


def _target(kind: TargetKind, rooms: Rooms) -> str:
    if isinstance(kind, CallTarget) and rooms.operation(*kind.operation) is None:
        return f"- `{kind.name}`: refused at PutTargets until windsock answers {':'.join(kind.operation)}"
    return f"- `{kind.name}`"


def _summary(native: dict[str, set[str]]) -> str:
    rows = ["| service | native | of | protocols |", "| --- | --- | --- | --- |"]
    for service in sorted(native):
        known = set(service_model(service).operation_names)
        spoken = ", ".join(protocols(service))
        rows.append(f"| [{service}](#{service}) | {len(native[service] & known)} | {len(known)} | {spoken} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    made = page()
    if "--check" not in sys.argv:
        PAGE.write_text(made)
    elif PAGE.read_text() != made:
        sys.exit("docs/coverage.md is not up to date: run `make coverage`.")
