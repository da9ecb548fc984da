"""The way of an execution, drawn as a tree: the states it visited, what failed in them and what ran below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.markup import escape
from rich.tree import Tree

from windsock.languages.asl.local import Attempt, Execution, Line, Visit

_MOST_ITERATIONS = 10
"""Iterations that are drawn of one Map; those in which something failed come first."""

_NAMES = {"Parallel": "branch", "Map": "iteration"}
_COLOURS = {"SUCCEEDED": "green", "RUNNING": "yellow"}
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000))


def tree_of(execution: Execution) -> Tree:
    """An execution, as a tree."""
    took = execution.stopped_ms - execution.started_ms
    colour = _COLOURS.get(execution.status, "red")
    # An execution that lacks a mock is given up where it is.
    status = "STOPPED" if execution.status == "RUNNING" else execution.status
    tree = Tree(f"[bold {colour}]{status}[/]" + (f" after {span(took)}" if took else ""))
    _add_visits(tree, execution.way, execution.started_ms)
    return tree


def plain(line: Line, started_ms: int) -> list[dict[str, Any]]:
    """The visits of a line as plain data, times in seconds since the start."""

    def seconds(at_ms: int | None) -> float | None:
        return None if at_ms is None else (at_ms - started_ms) / 1000

    return [
        {
            "state": visit.state,
            "type": visit.type,
            "entered": seconds(visit.entered_ms),
            "exited": seconds(visit.exited_ms),
            "failures": [
                {
                    "error": each.error,
                    "cause": each.cause,
                    "at": seconds(each.at_ms),
                    "retried": seconds(each.retried_ms),
                }
                for each in visit.failures
            ],
            "lines": [plain(each, started_ms) for each in visit.lines],
        }
        for visit in line.visits
    ]


def span(milliseconds: int) -> str:
    """A span of time such as `1d 12h`, `9s` or `0.25s`."""
    parts = []
    for unit, size in _UNITS[:-1]:
        count, milliseconds = divmod(milliseconds, size)
        if count:
            parts.append(f"{count}{unit}")
    if milliseconds or not parts:
        parts.append(f"{milliseconds / 1000:g}s")
    return " ".join(parts)


def _add_visits(tree: Tree, line: Line, started_ms: int) -> None:
    for visit in line.visits:
        branch = tree.add(_label(visit, started_ms))
        for failure in visit.failures:
            branch.add(_failure(failure, visit))
        shown = _chosen(visit.lines) if visit.type == "Map" else visit.lines
        for each in shown:
            name = f"{_NAMES[visit.type]} {each.index}"
            _add_visits(branch.add(f"[dim]{name}[/]"), each, started_ms)
        if len(shown) < len(visit.lines):
            branch.add(f"[dim]and {len(visit.lines) - len(shown)} more[/]")


def _label(visit: Visit, started_ms: int) -> str:
    label = f"[bold]{escape(visit.state)}[/] [dim]{visit.type}[/]"
    if visit.entered_ms > started_ms:
        label += f"  [dim]at {span(visit.entered_ms - started_ms)}[/]"
    if visit.exited_ms is not None and visit.exited_ms > visit.entered_ms:
        label += f"  [dim]for {span(visit.exited_ms - visit.entered_ms)}[/]"
    return label


def _failure(failure: Attempt, visit: Visit) -> str:
    said = escape(": ".join(part for part in (failure.error, failure.cause) if part))
    if failure.retried_ms is not None:
        then = f"tried again after {span(failure.retried_ms - failure.at_ms)}"
    else:
        then = "caught" if visit.exited_ms is not None else "not caught"
    return f"[red]{said}[/]  [dim]{then}[/]"


def _chosen(lines: list[Line]) -> list[Line]:
    """As many as are drawn, in order."""
    by_need = sorted(lines, key=lambda line: (not _failed(line.visits), line.index))
    return sorted(by_need[:_MOST_ITERATIONS], key=lambda line: line.index)


def _failed(visits: Iterable[Visit]) -> bool:
    return any(
        visit.failures or visit.exited_ms is None or any(_failed(line.visits) for line in visit.lines)
        for visit in visits
    )
