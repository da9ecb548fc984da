"""The examples of the languages' pages run, and give what the pages say they give."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[3] / "docs"
# What a page's examples take for granted.
GIVEN: dict[str, dict[str, Any]] = {
    "filters": {"message": "{}", "attributes": {}},
    "patterns": {},
    "policies": {},
    "schedules": {},
    "templates": {"event": {"detail": {"instance-id": "i-0123456789", "state": "RUNNING"}}},
}


def _blocks(page: str) -> list[str]:
    """The Python of a page, but for what would add an operator for all tests to come."""
    found = re.findall(r"```python\n(.*?)```", (DOCS / f"{page}.md").read_text(), re.DOTALL)
    return [block for block in found if "@operator" not in block]


def _claim(lines: list[str], statement: ast.stmt) -> str:
    """The comment behind a statement, or on the line after it."""
    assert statement.end_lineno is not None
    last, following = [*lines, ""][statement.end_lineno - 1 : statement.end_lineno + 1]
    return (last.partition("  # ")[2] or following.partition("# ")[2]).strip()


def _claims(page: str) -> Iterator[tuple[str, Any, str]]:
    """Each expression of a page's examples, its value, and what the page says of it."""
    names = dict(GIVEN[page])
    for block in _blocks(page):
        lines = block.split("\n")
        for statement in ast.parse(block).body:
            if not isinstance(statement, ast.Expr):
                exec(compile(ast.Module([statement], []), page, "exec"), names)
                continue
            value = eval(compile(ast.Expression(statement.value), page, "eval"), names)
            yield ast.unparse(statement), value, _claim(lines, statement)


def _is_true(claim: str, value: Any) -> bool | None:
    """Whether a comment tells the value; None when it tells something else."""
    if isinstance(value, datetime):
        return claim.startswith(value.strftime("%Y-%m-%d %H:%M"))
    if claim == value:
        return True
    try:
        told: bool = ast.literal_eval(claim) == value
    except (SyntaxError, ValueError):
        return None
    return told


@pytest.mark.parametrize("page", GIVEN)
def test_examples_are_true(page: str) -> None:
    verdicts = {expression: _is_true(claim, value) for expression, value, claim in _claims(page)}
    assert False not in verdicts.values(), verdicts
    assert True in verdicts.values()
