"""How much memory a process and its children use, as Linux tells in /proc.

Elsewhere nothing is known: the usage is zero and no limit is enforced.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """`held_mb` is memory nothing else shares (what a limit is about), `peak_mb` the most ever resident."""

    held_mb: int
    peak_mb: int


def usage(pid: int) -> Usage:
    """The usage of a process and all below it; of one that has ended: zero."""
    held = peak = 0
    for member in _family(pid):
        figures = _figures(member)
        held += figures.get("RssAnon", 0) + figures.get("RssShmem", 0)
        peak += figures.get("VmHWM", 0)
    return Usage(held // 1024, peak // 1024)


def _family(pid: int) -> list[int]:
    members = [pid]
    for member in members:
        children = _text(_PROC / str(member) / "task" / str(member) / "children")
        members.extend(int(child) for child in children.split())
    return members


def _figures(pid: int) -> dict[str, int]:
    """The lines of a status file that are sizes, in KiB."""
    lines = (line.split(":", 1) for line in _text(_PROC / str(pid) / "status").splitlines())
    return {name: int(value.split()[0]) for name, value in lines if value.endswith(" kB")}


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended meanwhile, or this is no Linux
        return ""
